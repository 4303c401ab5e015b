// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Foundation
import Testing

/// `outhaul cloud seed`, `cloud import` and `cloud faults`, and a cloud that serves what they made.
@Suite struct CloudDataTests {
  private static let seed = "cloud seed --apps 2 --devices 10 --days 3 --seed 7 --data cloud"

  private static func run(_ command: String, in folder: borrowing TemporaryFolder) async throws -> Program.Result {
    try await Program.run(command.split(separator: " ").map(String.init), in: folder.url)
  }

  /// The first line of a cloud that serves, and the apps that it lists.
  private static func serve(_ arguments: String, in folder: borrowing TemporaryFolder) async throws -> JSONValue {
    let words = "cloud serve --output json --data cloud \(arguments)".split(separator: " ").map(String.init)
    let cloud = try Program.start(words, in: folder.url)
    let line = FirstLine()
    _ = await cloud.waits { line.take($0) }
    cloud.send(SIGTERM)
    _ = try await cloud.finish()
    return try JSONValue(parsing: Data(line.text.utf8))
  }

  @Test func `a seed is made, told in counts, and made once`() async throws {
    let folder = try TemporaryFolder()

    let made = try await Self.run(Self.seed, in: folder)
    let again = try await Self.run(Self.seed + " --output json", in: folder)

    #expect(made.status == 0, "\(made.errors)")
    #expect(
      made.output.hasPrefix("cloud: 2 apps, 2016-01-01 to 2016-01-03, seed 7, 6 days of apps made\n  activity  "),
      "\(made.output)")
    let json = try JSONValue(parsing: Data(again.output.utf8))
    #expect(json["days_made"] == 0 && json["seed"] == 7 && json["rows"]?["device"] == 20, "\(again.output)")
    let other = try await Self.run(Self.seed.replacing("--seed 7", with: "--seed 8"), in: folder)
    #expect(other.status == 65)
    #expect(
      other.errors
        == "error: the data were made with the seed 7, not 8: leave --seed out, or take another --data\n")
  }

  @Test func `days end where they are said to`() async throws {
    let folder = try TemporaryFolder()

    let made = try await Self.run("cloud seed --devices 2 --days 2 --through 2016-03-01 --data cloud", in: folder)

    #expect(made.output.hasPrefix("cloud: 1 app, 2016-02-29 to 2016-03-01, seed 1,"), "\(made.output)\(made.errors)")
    for wrong in [
      "--through 2999-01-01", "--from 2016-02-30", "--from 2016-01-01 --through 2016-01-02", "--days 0", "--apps 0",
      "--devices 0",
    ] {
      let result = try await Self.run("cloud seed \(wrong) --data cloud", in: folder)
      #expect(result.status == 64, "\(wrong)")
    }
  }

  @Test func `a cloud serves what was seeded, and makes nothing else unasked`() async throws {
    let folder = try TemporaryFolder()
    _ = try await Self.run(Self.seed, in: folder)

    let line = try await Self.serve("", in: folder)
    let wrong = try await Self.run("cloud serve --seed 8 --data cloud", in: folder)
    let after = try await Self.run(Self.seed, in: folder)

    #expect(line["controlURL"] == nil && line["subscription"] == "00000000-0000-0000-0000-000000000001")
    #expect(wrong.status == 65 && wrong.errors.contains("made with the seed 7, not 8"), "\(wrong.errors)")
    #expect(after.status == 0)
    let apps = try await Program.run(
      [
        "-c",
        "import sqlite3; print(sqlite3.connect('cloud/cloud.sqlite').execute('select group_concat(name) from app').fetchone()[0])",
      ],
      in: folder.url, executable: "/usr/bin/python3")
    #expect(apps.output == "app-1,app-2\n", "\(apps.errors)")
  }

  @Test func `an import is told in counts, for machines as well, with what is wrong of each bad file`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(#"[{"deviceId":"a","token":"t","type":"gcm"}]"#, to: "good.json")
    try folder.write("[{\"deviceId\":\"a\",\n\"tags\":1}]", to: "bad.json")

    let result = try await Self.run("cloud import good.json bad.json --app c/a --data cloud --output json", in: folder)
    let again = try await Self.run("cloud import good.json --app c/a --data cloud", in: folder)
    let missing = try await Self.run("cloud import none.json --app c/a --data cloud", in: folder)
    let wrong = try await Self.run("cloud import good.json --app c/a --dataset tokn --data cloud", in: folder)

    #expect(result.status == 65)
    #expect(
      result.output
        == #"{"bad":1,"cloud_import":1,"files":[{"app":"c/a","dataset":"token","file":"good.json","rows":1,"status":"imported"},"#
        + #"{"app":"c/a","file":"bad.json","line":1,"problem":"'tags' is no object","row":1,"status":"bad"}],"#
        + "\"imported\":1,\"known\":0,\"rows\":1}\n")
    #expect(again.status == 0 && again.output == "0 files imported, 1 known, 0 bad\n  c/a token  1 row in 1 file\n")
    #expect(
      missing.status == 65 && missing.errors == "error: cannot read 'none.json': there is no such file or folder\n")
    #expect(wrong.status == 64 && wrong.errors.contains("'tokn' is none; did you mean 'token'?"), "\(wrong.errors)")
  }

  @Test func `faults are listed with what they strike and what they do`() async throws {
    let folder = try TemporaryFolder()

    let text = try await Self.run("cloud faults", in: folder)
    let json = try await Self.run("cloud faults --output json", in: folder)
    let help = try await Self.run("cloud serve --help", in: folder)

    let document = try JSONValue(parsing: Data(json.output.utf8))
    let faults = try #require(document["faults"]?.array)
    #expect(faults.count > 20 && document["operations"]?.array?.count == 6)
    for fault in faults {
      let name = try #require(fault["name"]?.string)
      let sentence = try #require(fault["sentence"]?.string)
      #expect(text.output.contains("  \(name)") && text.output.contains(sentence))
      #expect(help.output.contains(name), "\(name)")
    }
  }

  @Test func `faults of a running cloud are shown and set`() async throws {
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(
      data: folder.url.appendingPathComponent("cloud"), arguments: ["--fault", "poll:503:2.5%:x2"])
    let url = try #require(cloud.endpoints.controlURL)

    let shown = try await Self.run("cloud faults --url \(url)", in: folder)
    let set = try await Self.run(
      "cloud faults --url \(url) --set list:slow:0.5 --set submit:throttle:600/m --set task:skew:-20:x1 --output json",
      in: folder)
    let cleared = try await Self.run("cloud faults --url \(url) --clear", in: folder)
    let wrong = try await Self.run("cloud faults --url \(url) --set list:failed", in: folder)
    let nobody = try await Self.run("cloud faults --url \(cloud.endpoints.managementURL)/nothing", in: folder)

    #expect(shown.output == "poll:503:2.5%:x2\n", "\(shown.errors)")
    #expect(
      set.output == #"{"cloud_faults":1,"rules":["list:slow:0.5","submit:throttle:600/m","task:skew:-20:x1"]}"# + "\n")
    #expect(cleared.output == "no faults\n")
    #expect(wrong.status == 64 && wrong.errors.contains("'failed' is a fault of task, not of list"), "\(wrong.errors)")
    #expect(nobody.status == 69 && nobody.errors.contains("started with --control"), "\(nobody.errors)")
  }

  /// That a cloud was not trusted was told as if it was not there, and there was no way to trust it.
  @Test func `faults of a cloud that speaks https are set with its certificate`() async throws {
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"), arguments: ["--tls"])
    let url = try #require(cloud.endpoints.controlURL)
    let certificate = try #require(try JSONValue(parsing: Data(cloud.line.utf8))["certificate"]?.string)

    let set = try await Self.run(
      "cloud faults --url \(url) --set poll:503:0.07% --certificate \(certificate)", in: folder)
    let untrusted = try await Self.run("cloud faults --url \(url)", in: folder)
    let wrong = try await Self.run("cloud faults --url \(url) --certificate none.pem", in: folder)

    #expect(url.hasPrefix("https://") && set.output == "poll:503:0.07%\n", "\(set.errors)")
    #expect(
      untrusted.status == 69 && untrusted.errors.contains("is not trusted here: say --certificate"),
      "\(untrusted.errors)")
    #expect(wrong.status == 65 && wrong.errors.contains("'none.pem' is no file with a certificate"), "\(wrong.errors)")
  }

  @Test func `how tasks live can be said, and nonsense is refused`() async throws {
    let folder = try TemporaryFolder()

    let line = try await Self.serve(
      "--start-delay 0..2s --run-time 1m --rate 1MiB --part-size 64KiB --control", in: folder)

    #expect(line["controlURL"]?.string?.hasSuffix("/_control") == true)
    for wrong in ["--start-delay 2s..1s", "--run-time soon", "--rate 0", "--part-size 1XB", "--running 0"] {
      let result = try await Self.run("cloud serve \(wrong) --data cloud", in: folder)
      #expect(result.status == 64, "\(wrong)")
    }
  }
}
