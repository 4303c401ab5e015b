// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The local cloud's storage under the client that everybody uses.
@Suite struct AzureClientTests {
  @Test func `the official storage client cannot tell it from the real one`() async throws {
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"))
    let ends = try JSONSerialization.data(withJSONObject: [
      "account": "outhaulcloud", "accountKey": cloud.endpoints.accountKey, "blobURL": cloud.endpoints.blobURL,
    ])
    try folder.write(String(decoding: ends, as: UTF8.self), to: "ends.json")
    let script = LayerTests.root.appendingPathComponent("Tests/azure-client.py").path

    let result = try await Program.run(
      [script, "ends.json"], in: folder.url,
      executable: LayerTests.root.appendingPathComponent(".build/python/bin/python3").path)

    #expect(result.status == 0, "Tests/prepare.sh installs the client that this needs: \(result.errors.suffix(800))")
    #expect(result.output == "69 checks held\n")
  }
}
