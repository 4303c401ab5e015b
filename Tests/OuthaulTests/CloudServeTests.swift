// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What `cloud serve` prints is what a manifest and a storage client need.
@Suite struct CloudServeTests {
  /// The text of a running cloud. It ends with the test.
  private static func serve(_ folder: URL, _ arguments: String...) async throws -> (Program.Running, String) {
    let program = try Program.start(
      ["cloud", "serve", "--data", folder.appendingPathComponent("cloud").path] + arguments, in: folder)
    let text = FirstText()
    #expect(await program.waits { text.take($0, until: "rclone ls ") })
    return (program, text.text)
  }

  /// Lines of a printed block, without what they are indented by.
  private static func block(_ text: String, from first: String, to last: String) -> [String] {
    let lines = text.components(separatedBy: "\n")
    guard let start = lines.firstIndex(of: "  " + first) else { return [] }
    return lines[start...].prefix { $0 != last }.map { String($0.dropFirst(2)) }
  }

  @Test func `a manifest with the parts that are printed runs`() async throws {
    let folder = try TemporaryFolder()
    let (program, text) = try await Self.serve(folder.url, "--speed", "1000", "--devices", "20")
    defer { program.send(SIGKILL) }
    let parts = Self.block(text, from: "secrets:", to: "")
    #expect(parts.count > 15, "\(text)")
    try folder.write(
      """
      manifest: 1
      name: printed
      \(parts.joined(separator: "\n"))
      exports:
        tags: {service: engagement, apps: all, datasets: [tag], window: {every: day}}

      """, to: "manifest.yaml")
    let exports = text.matches(of: /export (\w+)=(\S+)/).map { (String($0.1), String($0.2)) }
    let environment = Dictionary(exports) { $1 }
    #expect(environment.keys.sorted() == ["CLOUD_KEY", "CLOUD_SECRET"])

    let result = try await Program.run(["run", "manifest.yaml"], in: folder.url, environment: environment)

    #expect(result.status == 0, "\(result.output) \(result.errors)")
    let files = FileManager.default.enumerator(atPath: folder.url.appendingPathComponent("exports").path)
    let names = (files?.allObjects as? [String] ?? []).filter { $0.hasSuffix("part-00000.json") }
    #expect(names.count == 2, "\(names)")
  }

  @Test func `the official storage client takes the connection string and the container's address`() async throws {
    let folder = try TemporaryFolder()
    let (program, text) = try await Self.serve(folder.url)
    defer { program.send(SIGKILL) }
    let connection = text.split(separator: "\n").first { $0.hasPrefix("  DefaultEndpointsProtocol=") } ?? ""
    let address = text.split(separator: "\n").first { $0.hasPrefix("container ") }?.split(separator: " ").last ?? ""
    let script = """
      import sys
      from azure.storage.blob import BlobServiceClient, ContainerClient
      BlobServiceClient.from_connection_string(sys.argv[1]).get_blob_client("exports", "a/b").upload_blob(b"hello")
      print(ContainerClient.from_container_url(sys.argv[2]).download_blob("a/b").readall().decode())
      """

    let result = try await Program.run(
      ["-c", script, connection.trimmingCharacters(in: .whitespaces), String(address)], in: folder.url,
      executable: LayerTests.root.appendingPathComponent(".build/python/bin/python3").path)

    #expect(
      result.output == "hello\n", "Tests/run.sh installs the client that this needs: \(result.errors.suffix(500))")
  }

  @Test func `over https the certificate is named, and what that keeps away`() async throws {
    let folder = try TemporaryFolder()
    let (program, text) = try await Self.serve(folder.url, "--tls")
    defer { program.send(SIGKILL) }

    #expect(text.hasPrefix("page        https://127.0.0.1:"))
    #expect(text.contains("\ncertificate /") && text.contains("leave out --tls"))
  }

  @Test func `the first line of JSON has the page's address`() async throws {
    struct Line: Decodable { var pageURL, managementURL, stagingSAS: String }
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"))

    let line = try JSONDecoder().decode(Line.self, from: Data(cloud.line.utf8))

    #expect(line.pageURL == line.managementURL + "/")
    let page = try await cloud.send("GET", line.pageURL, [])
    #expect(page.status == 200 && page.text.hasPrefix("<!DOCTYPE html>"))
  }
}
