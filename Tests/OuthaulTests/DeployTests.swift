// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// `Examples/deploy`: what can be run or checked without a cluster, a registry and GitHub.
@Suite struct DeployTests {
  static let deploy = LayerTests.root.appendingPathComponent("Examples/deploy")

  static func text(_ name: String) throws -> String {
    try String(contentsOf: deploy.appendingPathComponent(name), encoding: .utf8)
  }

  /// Every status that the program says of itself, but 0.
  static func statuses() async throws -> Set<Int> {
    let help = try await Program.run(["run", "--help"]).output
    let behind = try #require(help.components(separatedBy: "EXIT STATUS:\n").last)
    let list = behind.components(separatedBy: "\n\n")[0]
    return Set(list.matches(of: #/(?m)^ +([0-9]+) +\S/#).compactMap { Int($0.1) }).subtracting([0])
  }

  // MARK: The manifest

  @Test func `the manifest is valid, and runs on the local cloud`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(try Self.text("manifest.yaml"), to: "manifest.yaml")

    let validate = try await Program.run(["validate", "manifest.yaml"], in: folder.url)
    let run = try await Program.run(["run", "manifest.yaml", "--local", "--speed", "5000"], in: folder.url)

    #expect(validate.status == 0 && validate.errors == "", "\(validate.errors)")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("done and verified"), "\(run.output)")
  }

  // MARK: systemd

  static let analyze = "/usr/bin/systemd-analyze"
  static let hasAnalyze = FileManager.default.isExecutableFile(atPath: analyze)

  @Test(.enabled(if: hasAnalyze)) func `systemd finds nothing wrong with the units, and little that they may do`()
    async throws
  {
    let folder = try TemporaryFolder()
    let names = ["outhaul-nightly.service", "outhaul-nightly.timer", "outhaul-failed@.service"]
    for name in names {
      let unit = try Self.text("systemd/\(name)").replacing("/usr/local/bin/outhaul", with: Program.path)
        .replacing("/usr/bin/logger", with: "/bin/true")
      try folder.write(unit, to: name)
    }

    let verify = try await Program.run(["verify", "--man=no"] + names, in: folder.url, executable: Self.analyze)
    let security = try await Program.run(
      ["security", "--offline=true", "--threshold=20", "--no-pager", names[0]], in: folder.url, executable: Self.analyze
    )

    #expect(verify.status == 0 && verify.errors == "" && verify.output == "", "\(verify.errors)")
    #expect(security.status == 0, "\(security.output.suffix(200))")
  }

  @Test func `the unit says of every status whether it is started again`() async throws {
    let unit = try Self.text("systemd/outhaul-nightly.service")
    func list(_ name: String) throws -> Set<Int> {
      let line = try #require(unit.split(separator: "\n").first { $0.hasPrefix(name + "=") })
      return Set(line.dropFirst(name.count + 1).split(separator: " ").compactMap { Int($0) })
    }
    let (ended, stopped) = (try list("RestartPreventExitStatus"), try list("SuccessExitStatus"))

    #expect(stopped == [130, 143] && ended.isDisjoint(with: stopped))
    #expect(try await Self.statuses().subtracting(ended).subtracting(stopped) == [69])
  }

  // MARK: Checks of form

  static let checked = [
    ("crontab", "cron/crontab"), ("cronjob", "kubernetes/cronjob.yaml"), ("workflow", "github/plan-diff.yml"),
    ("workflow", "github/nightly.yml"), ("containerfile", "container/Containerfile"),
  ]

  static func check(_ kind: String, _ path: String) async throws -> Program.Result {
    try await Program.run(
      [LayerTests.root.appendingPathComponent("Tests/deploy-checks.py").path, kind, path],
      executable: "/usr/bin/python3")
  }

  @Test(arguments: checked) func `a file has the form that it must have`(kind: String, file: String) async throws {
    let result = try await Self.check(kind, Self.deploy.appendingPathComponent(file).path)

    #expect(result.status == 0 && result.output == "", "\(result.output)\(result.errors)")
  }

  /// Of each file: what is changed, and what is then told.
  static let broken: [(Int, String, String, String)] = [
    (0, "30 2 * * *", "60 2 * * *", "'60' is no field"), (0, "30 2 * * *", "30 2 * *", "no field"),
    (0, "--max-duration 22h", "--as-of $(date +%F)", "a bare %"), (0, "PATH=", "#", "PATH is not set"),
    (0, "22h\n", "22h", "the last line has no end"), (1, "batch/v1", "batch/v1beta1", "CronJob is not of"),
    (1, "Forbid", "Allow", "two runs"), (1, "restartPolicy: Never", "restartPolicy: OnFailure", "restartPolicy"),
    (1, "65, 70, 77]", "65, 69, 70, 77]", "other statuses are final"),
    (1, "claimName: outhaul-state", "claimName: x", "claim"),
    (1, "--state=/var/lib/outhaul/state", "--state=/tmp/state", "on no volume that stays"),
    (1, "backoffLimit", "backofLimit", "unknown fields of a job: backofLimit"),
    (1, "drop: [ALL]", "drop: [NET_RAW]", "capabilities"), (1, "Seconds: 300", "Seconds: 30", "too little time"),
    (2, "pull_request:", "pull_request_target:", "pull_request_target"), (2, "@v4", "@main", "has no version"),
    (2, "pull-requests: write", "packages: write", "rights that nothing needs"),
    (2, "base=$(git merge-base \"$BASE_SHA\"", "base=$(git merge-base \"${{ github.base_ref }}\"", "an expression"),
    (3, "persist-credentials: false", "clean: true", "the token stays"),
    (3, "STATE: /var/lib/outhaul/state", "STATE: ${{ runner.temp }}/state", "knows no context runner"),
    (4, "libsqlite3-0 libxml2", "libsqlite3-0", "libraries are missing"),
    (4, "USER 10001:10001", "USER outhaul", "the last user"), (4, ":bookworm-slim", "", "no version"),
  ]

  @Test(arguments: broken) func `a file that is wrong is told`(file: Int, right: String, wrong: String, told: String)
    async throws
  {
    let folder = try TemporaryFolder()
    let (kind, name) = Self.checked[file]
    let text = try Self.text(name)
    #expect(text.contains(right))
    let path = try folder.write(text.replacing(right, with: wrong), to: "file")

    let result = try await Self.check(kind, path)

    #expect(result.status == 1 && (told.isEmpty || result.output.contains(told)), "\(result.output)\(result.errors)")
  }

  @Test func `what the manifest mounts is what the units, the pod and the workflow give it`() throws {
    let names = try Self.text("manifest.yaml").matches(of: #/\{file: "\$\{var\.secrets\}\/([a-z_]+)"\}/#).map {
      String($0.1)
    }
    #expect(names.count == 3)
    for name in names {
      #expect(try Self.text("systemd/outhaul-nightly.service").contains("LoadCredential=\(name):"))
      #expect(try Self.text("github/nightly.yml").contains("\"$SECRETS/\(name)\""))
      #expect(try Self.text("README.md").contains("--from-file=\(name)="))
    }
  }

  // MARK: Scripts

  static let shellcheck = "/usr/bin/shellcheck"

  @Test func `every script can be read by its shell`() async throws {
    let folder = try TemporaryFolder()
    for name in ["plan-diff", "nightly"] {
      let steps = try await Program.run(
        [
          LayerTests.root.appendingPathComponent("Tests/deploy-checks.py").path, "steps",
          Self.deploy.appendingPathComponent("github/\(name).yml").path, folder.url.path,
        ], executable: "/usr/bin/python3")
      #expect(steps.status == 0, "\(steps.errors)")
    }
    let scripts =
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
      .map { folder.url.appendingPathComponent($0).path } + [
        Self.deploy.appendingPathComponent("cron/run-nightly.sh").path
      ]
    #expect(scripts.count == 6)

    for script in scripts {
      let isPlain = script.hasSuffix("run-nightly.sh")
      let read = try await Program.run(["-n", script], executable: isPlain ? "/bin/sh" : "/bin/bash")
      #expect(read.status == 0 && read.errors == "", "\(script): \(read.errors)")
      guard FileManager.default.isExecutableFile(atPath: Self.shellcheck) else { continue }
      let check = try await Program.run(
        ["--shell", isPlain ? "sh" : "bash", "--exclude", "SC2016", script], executable: Self.shellcheck)
      #expect(check.status == 0, "\(check.output)")
    }
  }

  /// Stands in for the program: prints a line and ends with a status.
  static func stub(_ status: Int, in folder: borrowing TemporaryFolder) throws {
    let path = try folder.write(
      "#!/bin/sh\necho \"stub: $*\"\n[ -z \"${ENDS:-}\" ] || { trap 'exit 143' TERM; echo begun >\"$ENDS\"; while :; do sleep 0.05; done; }\nexit \(status)\n",
      to: "bin/outhaul")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
  }

  /// For Python: becomes another program. What this process starts has its signals blocked, which cron's jobs have not, and a
  /// shell that waits for what it started needs them.
  static let unblocked =
    "import os, signal, sys; signal.pthread_sigmask(signal.SIG_SETMASK, []); os.execv(sys.argv[1], sys.argv[1:])"

  @Test func `cron is silent on a good night, and else says what it is and ends with the status`() async throws {
    let folder = try TemporaryFolder()
    let script = Self.deploy.appendingPathComponent("cron/run-nightly.sh").path
    for status in try await [0] + Self.statuses().sorted().filter({ $0 != 2 }) + [99] {
      try Self.stub(status, in: folder)

      let result = try await Program.run(
        ["-c", Self.unblocked, "/bin/sh", script, "m.yaml", "--max-duration", "22h"], in: folder.url,
        environment: ["PATH": "\(folder.url.path)/bin:/usr/bin:/bin"], executable: "/usr/bin/python3")

      #expect(result.status == Int32(status), "\(status)")
      #expect(result.errors == "", "\(result.errors)")
      #expect((result.output == "") == (status == 0), "\(result.output)")
      guard status != 0 else { continue }
      #expect(result.output.hasPrefix("outhaul: status \(status): "))
      #expect(result.output.hasSuffix("\nstub: run m.yaml --max-duration 22h\n"))
      #expect(result.output.contains("ended by something else") == (status == 99), "\(result.output)")
    }
  }

  @Test func `cron's script passes a stop on, and waits until the run has ended in order`() async throws {
    let folder = try TemporaryFolder()
    try Self.stub(0, in: folder)
    let begun = folder.url.appendingPathComponent("begun").path
    let script = Self.deploy.appendingPathComponent("cron/run-nightly.sh").path
    // A trace shows when it waits.
    let running = try Program.start(
      ["-c", Self.unblocked, "/bin/sh", "-x", script, "m.yaml"], in: folder.url,
      environment: ["PATH": "\(folder.url.path)/bin:/usr/bin:/bin", "ENDS": begun], executable: "/usr/bin/python3")
    #expect(await running.waits { $0.contains("+ wait ") })
    while !FileManager.default.fileExists(atPath: begun) { await Task.yield() }
    running.send(SIGTERM)
    let result = try await running.finish()

    #expect(result.status == 143, "\(result.output)\(result.errors)")
    #expect(result.output.hasPrefix("outhaul: status 143: stopped"), "\(result.output)")
  }

  @Test func `the nightly workflow says what each status is, and leaves no secret behind`() async throws {
    let folder = try TemporaryFolder()
    let steps = try await Program.run(
      [
        LayerTests.root.appendingPathComponent("Tests/deploy-checks.py").path, "steps",
        Self.deploy.appendingPathComponent("github/nightly.yml").path, folder.url.path,
      ], executable: "/usr/bin/python3")
    #expect(steps.status == 0, "\(steps.errors)")
    for (status, ends, told) in [
      (0, 0, ""), (3, 3, "::error::some jobs"), (75, 0, "::warning::another run"), (65, 65, "::error::status 65"),
    ] {
      try Self.stub(status, in: folder)
      let result = try await Program.run(
        ["-e", "Run.sh"], in: folder.url,
        environment: [
          "PATH": "\(folder.url.path)/bin:/usr/bin:/bin", "RUNNER_TEMP": folder.url.path, "STATE": "state",
          "ENGAGEMENT_SECRET": "canary-1", "STAGING_KEY": "canary-2", "WEBHOOK": "canary-3",
        ], executable: "/bin/bash")

      #expect(
        result.status == Int32(ends) && (told.isEmpty || result.output.contains(told)),
        "\(result.output)\(result.errors)")
      #expect(result.output.contains("stub: run exports/manifest.yaml --state state --var secrets=/"))
      #expect(!result.output.contains("canary"))
      #expect(!FileManager.default.fileExists(atPath: "\(folder.url.path)/secrets"))
    }
  }
}
