// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The local cloud under the clients that everybody uses.
@Suite struct AzureClientTests {
  private static func hold(_ script: String, _ arguments: String...) async throws -> Program.Result {
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"), arguments: arguments)
    try folder.write(cloud.line, to: "ends.json")
    return try await Program.run(
      [LayerTests.root.appendingPathComponent("Tests/\(script)").path, "ends.json"], in: folder.url,
      executable: LayerTests.root.appendingPathComponent(".build/python/bin/python3").path)
  }

  @Test func `the official storage client cannot tell it from the real one`() async throws {
    let result = try await Self.hold("azure-client.py")

    #expect(result.status == 0, "Tests/run.sh installs the client that this needs: \(result.errors.suffix(800))")
    #expect(result.output == "69 checks held\n")
  }

  @Test func `the official clients take its tokens, its certificate and its keys for users`() async throws {
    let result = try await Self.hold("azure-identity.py", "--tls", "--strict")

    #expect(result.status == 0, "Tests/run.sh installs the clients that this needs: \(result.errors.suffix(800))")
    #expect(result.output == "12 checks held\n")
  }
}
