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

  @Test func `apps of any names are in the manifest that is printed`() async throws {
    let folder = try TemporaryFolder()
    let (program, text) = try await Self.serve(
      folder.url, "--speed", "1000", "--devices", "5", "--app", "null/true", "--app", "My \"Shop\"/na: {me}", "--app",
      "no/0.10", "--app", "shop/true")
    defer { program.send(SIGKILL) }
    try folder.write(
      """
      manifest: 1
      name: printed
      \(Self.block(text, from: "secrets:", to: "").joined(separator: "\n"))
      exports:
        tags: {service: engagement, apps: all, datasets: [tag], window: {every: day}}

      """, to: "manifest.yaml")
    let exports = text.matches(of: /export (\w+)=(\S+)/).map { (String($0.1), String($0.2)) }

    let result = try await Program.run(
      ["run", "manifest.yaml"], in: folder.url, environment: Dictionary(exports) { $1 })

    #expect(result.status == 0, "\(text) \(result.output) \(result.errors)")
    let files = FileManager.default.enumerator(atPath: folder.url.appendingPathComponent("exports").path)
    let names = (files?.allObjects as? [String] ?? []).filter { $0.hasSuffix("part-00000.json") }
    #expect(names.count == 4, "\(names)")
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

  @Test func `data that another cloud has are left alone, and who has them is told`() async throws {
    let folder = try TemporaryFolder()
    let (program, _) = try await Self.serve(folder.url)
    defer { program.send(SIGKILL) }
    try folder.write("[]", to: "tags.json")

    for arguments in [["serve"], ["seed"], ["import", "tags.json", "--app", "a/b"]] {
      let result = try await Program.run(["cloud"] + arguments + ["--data", "cloud"], in: folder.url)
      #expect(result.status == 75 && result.output == "", "\(arguments)")
      #expect(
        result.errors.hasSuffix(
          "/cloud' are in use by process \(program.pid), 'outhaul cloud serve': stop it, or take another folder\n"),
        "\(result.errors)")
    }
  }

  @Test func `a port that is in use, and data that are none, are told in a sentence`() async throws {
    let folder = try TemporaryFolder()
    let (program, text) = try await Self.serve(folder.url)
    defer { program.send(SIGKILL) }
    let port = try #require(text.firstMatch(of: /http:\/\/127\.0\.0\.1:(\d+)/)?.1)
    try folder.write(String(repeating: "no database\n", count: 100), to: "bad/cloud.sqlite")

    let taken = try await Program.run(["cloud", "serve", "--data", "other", "--port", "\(port)"], in: folder.url)
    let file = try await Program.run(["cloud", "serve", "--data", "bad/cloud.sqlite"], in: folder.url)
    let bad = try await Program.run(["cloud", "serve", "--data", "bad"], in: folder.url)

    #expect(
      taken.errors
        == "error: the local cloud cannot listen at port \(port) of 127.0.0.1: it is in use; take another port, or 0 for any free one\n"
    )
    #expect(file.errors.hasSuffix("/bad/cloud.sqlite' is a file: the local cloud keeps its data in a folder\n"))
    #expect(
      bad.errors.hasSuffix(
        "/bad/cloud.sqlite' is no database of the local cloud, or a damaged one: take another folder\n"))
    #expect([taken.status, file.status, bad.status] == [64, 65, 65])
    for speed in ["0", "-1", "nan", "inf", "1e-9", "1e9"] {
      let result = try await Program.run(["cloud", "serve", "--speed=\(speed)", "--data", "other"], in: folder.url)
      #expect(result.status == 64 && result.errors.contains("--speed takes"), "\(speed) \(result.errors)")
    }
  }

  @Test func `over https the certificate is named, and what that keeps away`() async throws {
    let folder = try TemporaryFolder()
    let (program, text) = try await Self.serve(folder.url, "--tls")
    defer { program.send(SIGKILL) }

    #expect(text.hasPrefix("page        https://127.0.0.1:"))
    #expect(text.contains("\ncertificate /") && text.contains("leave out --tls"))
  }

  @Test func `the first line of JSON has the page's address`() async throws {
    struct Line: Decodable { var page_url, management_url, staging_sas: String }
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"))

    let line = try JSONDecoder().decode(Line.self, from: Data(cloud.line.utf8))

    #expect(line.page_url == line.management_url + "/")
    let page = try await cloud.send("GET", line.page_url, [])
    #expect(page.status == 200 && page.text.hasPrefix("<!DOCTYPE html>"))
  }
}
