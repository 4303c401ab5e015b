// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The local cloud's page in a real browser.
@Suite(.enabled(if: Browser.path != nil, "no chromium and no google-chrome is on the path"))
struct CloudPageTests {
  private static let description = "<script>document.title = 'taken'</script><b>bold</b>"

  /// A cloud with a task that has succeeded, one that has failed and one that waits.
  private static func cloud(_ folder: URL) async throws -> CloudProcess {
    let data = folder.appendingPathComponent("cloud")
    let quick = try await CloudProcess(data: data, arguments: ["--speed", "1000"])
    let told = #""description":"\#(description.replacing("\"", with: "\\\""))""#
    let done = try await quick.submit("tags", of: "app-1", told)
    let refused = try await quick.submit(
      "tokens", of: "app-2", container: quick.endpoints.stagingSAS.replacing("sp=rwl", with: "sp=rl"))
    for (id, app) in [(done, "app-1"), (refused, "app-2")] {
      _ = try await quick.waits(for: ["Succeeded", "Failed"], of: id, in: app)
    }
    try await quick.kill()
    let slow = try await CloudProcess(data: data, arguments: ["--speed", "0.001"])
    _ = try await slow.submit("events", of: "app-3", #""startDate":"2016-12-01","endDate":"2016-12-01""#)
    return slow
  }

  @Test func `the page shows tasks and blobs as they are, asks again and again, and takes no markup`() async throws {
    let folder = try TemporaryFolder()
    let cloud = try await Self.cloud(folder.url)

    let page = try await Browser.dump(cloud.endpoints.managementURL + "/", in: folder.url)

    let asked = page.dom.firstMatch(of: /data-asked="(\d+)"/).flatMap { Int($0.1) } ?? 0
    #expect(asked >= 2, "\(page.dom.suffix(500))")
    #expect(page.console == [])
    let text = page.dom.replacing(/<script>[\s\S]*?<\/script>/, with: "")
    for state in ["Succeeded", "Failed", "Queued"] {
      #expect(text.contains("state \(state)\""), "\(state)")
    }
    for told in [
      ">contoso/app-1<", ">contoso/app-2<", ">contoso/app-3<", ">Tag<", ">Token<", ">Event<", "/manifest.json<",
      "/part-00000.json<", ">AuthenticationFailed: ", "&lt;b&gt;bold&lt;/b&gt;", "<title>The local cloud</title>",
    ] {
      #expect(text.contains(told), "\(told)")
    }
    #expect(!text.contains("<b>bold") && !page.dom.contains("sig=") && !page.dom.contains(cloud.endpoints.accountKey))
  }

  @Test func `what the page asks for is bounded, and holds no secret`() async throws {
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(
      data: folder.url.appendingPathComponent("cloud"), arguments: ["--speed", "0.001"])
    let long = String(repeating: "long ", count: 400)
    for number in 0..<205 {
      _ = try await cloud.submit("tags", of: "app-1", #""description":"\#(number) \#(long)""#)
      let name = "/many/\(number)"
      _ = try await cloud.send("PUT", cloud.staged(name), [("x-ms-blob-type", "BlockBlob")], body: "x")
    }

    let overview = try await cloud.send("GET", cloud.endpoints.managementURL + "/_page/overview", [])

    let (tasks, blobs) = (
      overview.json["tasks"] as? [[String: Any]] ?? [], overview.json["blobs"] as? [[String: Any]] ?? []
    )
    #expect(tasks.count == 200 && blobs.count == 200)
    #expect((tasks.first?["description"] as? String)?.hasPrefix("204 long") == true)
    #expect(tasks.allSatisfy { ($0["description"] as? String ?? "").count <= 400 })
    #expect(blobs.first?["name"] as? String == "many/204")
    let totals = overview.json["totals"] as? [String: Any] ?? [:]
    #expect(totals["blobs"] as? Int == 205 && (totals["tasks"] as? [String: Int])?["Queued"] == 205)
    for secret in ["sig=", cloud.endpoints.accountKey, cloud.endpoints.secret] {
      #expect(!overview.text.contains(secret))
    }
    let posted = try await cloud.send("POST", cloud.endpoints.managementURL + "/", [], body: "x")
    let other = try await cloud.send("GET", cloud.endpoints.managementURL + "/_page/other", [])
    #expect(posted.status == 405 && other.status == 404)
  }

  @Test(arguments: [400, 1600], [false, true])
  func `a picture of the page is as wide as the window, light and dark`(width: Int, isDark: Bool) async throws {
    let folder = try TemporaryFolder()
    let cloud = try await Self.cloud(folder.url)

    let picture = try await Browser.picture(
      cloud.endpoints.managementURL + "/", width: width, isDark: isDark, in: folder.url)

    #expect(picture.prefix(8) == Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
    let size = picture.dropFirst(16).prefix(4).reduce(0) { $0 << 8 | Int($1) }
    #expect(size == width && picture.count > 10_000, "\(picture.count) bytes")
  }
}

/// A browser without a window, as a process.
enum Browser {
  static let path: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
    let names = ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"]
    return names.flatMap { name in folders.map { "\($0)/\(name)" } }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// The page as it stands after some seconds of its own time, which waits for what is asked.
  static func dump(_ url: String, in folder: URL) async throws -> (dom: String, console: [String]) {
    let result = try await run(url, ["--dump-dom", "--enable-logging=stderr"], in: folder)
    #expect(result.status == 0, "\(result.errors.suffix(800))")
    return (result.output, result.errors.split(separator: "\n").filter { $0.contains(":CONSOLE") }.map(String.init))
  }

  static func picture(_ url: String, width: Int, isDark: Bool, in folder: URL) async throws -> Data {
    let file = folder.appendingPathComponent("page.png")
    let dark = isDark ? ["--blink-settings=preferredColorScheme=0"] : []
    let result = try await run(
      url, dark + ["--hide-scrollbars", "--window-size=\(width),1100", "--screenshot=\(file.path)"], in: folder)
    #expect(result.status == 0, "\(result.errors.suffix(800))")
    return try Data(contentsOf: file)
  }

  private static func run(_ url: String, _ arguments: [String], in folder: URL) async throws -> Program.Result {
    try await Program.run(
      [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--force-device-scale-factor=1", "--virtual-time-budget=5000",
        "--user-data-dir=\(folder.appendingPathComponent("profile").path)",
      ] + arguments + [url], in: folder, environment: ["HOME": folder.path], executable: path ?? "")
  }
}
