// SPDX-License-Identifier: Apache-2.0
import Crypto
import Foundation
import Testing

/// The local cloud under rclone, which Tests/run.sh installs (contract.md 6.5).
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: Rclone.path), "rclone is not installed"))
struct RcloneTests {
  /// A signature of the contract's version 2021-12-02, for the container or for the account.
  private static func address(_ cloud: CloudProcess, forAccount: Bool) -> String {
    let end = "2099-01-01T00:00:00Z"
    let (fields, text): ([(String, String)], String) =
      forAccount
      ? (
        [("ss", "b"), ("srt", "sco"), ("sp", "rwdlac")],
        "outhaulcloud\nrwdlac\nb\nsco\n\n\(end)\n\n\n2021-12-02\n\n"
      )
      : (
        [("sr", "c"), ("sp", "rcwdl")],
        "rcwdl\n\n\(end)\n/blob/outhaulcloud/exports\n\n\n\n2021-12-02\nc\n\n\n\n\n\n\n"
      )
    let key = SymmetricKey(data: Data(base64Encoded: cloud.endpoints.accountKey) ?? Data())
    let sig = Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)).base64EncodedString()
    let query = (fields + [("sv", "2021-12-02"), ("se", end), ("sig", sig)])
      .map { "\($0.0)=\($0.1.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")" }
    return "\(cloud.endpoints.blobURL)\(forAccount ? "" : "/exports")?\(query.joined(separator: "&"))"
  }

  @Test(arguments: [false, true])
  func `rclone copies up and down, checks, lists and deletes`(forAccount: Bool) async throws {
    let folder = try TemporaryFolder()
    let cloud = try await CloudProcess(data: folder.url.appendingPathComponent("cloud"))
    try folder.write("", to: "up/empty")
    try folder.write("hello", to: "up/a/b/c.txt")
    try folder.write("ü", to: "up/a/naïve file+100%.txt")
    // Folders with blanks are asked for with `+` in a list's prefix.
    try folder.write("blank", to: "up/my dir/of + more/x.txt")
    // Three blocks of the size that is asked for below.
    try folder.write(String(repeating: "0123456789abcdef", count: 600_000), to: "up/large")
    let remote = ":azureblob,sas_url='\(Self.address(cloud, forAccount: forAccount))':exports/from"
    func rclone(_ arguments: String...) async throws -> Program.Result {
      try await Program.run(
        arguments + ["--config", "/dev/null", "--retries", "1", "--low-level-retries", "1"], in: folder.url,
        executable: Rclone.path)
    }

    let up = try await rclone("copy", "up", remote, "--azureblob-chunk-size", "4Mi")
    let check = try await rclone("check", "up", remote)
    let down = try await rclone("copy", remote, "down")
    let list = try await rclone("lsf", "-R", "--files-only", remote)
    let same = try await Program.run(["-r", "up", "down"], in: folder.url, executable: "/usr/bin/diff")
    for result in [up, check, down, list, same] {
      #expect(result.status == 0, "\(result.output) \(result.errors)")
    }
    #expect(
      check.errors.contains("0 differences found") && check.errors.contains("5 matching files"), "\(check.errors)")
    #expect(
      Set(list.output.split(separator: "\n")) == [
        "a/b/c.txt", "a/naïve file+100%.txt", "empty", "large", "my dir/of + more/x.txt",
      ])

    let read = try await rclone("cat", remote + "/a/b/c.txt")
    let away = try await rclone("delete", remote)
    let nothing = try await rclone("lsf", "-R", remote)
    #expect(read.output == "hello" && away.status == 0 && nothing.output == "", "\(away.errors) \(nothing.output)")
    if forAccount {
      let other = remote.replacing(":exports/from", with: ":rclone-made/x")
      let made = try await rclone("copy", "up/a", other)
      let purged = try await rclone("purge", other.replacing("/x", with: ""))
      #expect(made.status == 0 && purged.status == 0, "\(made.errors) \(purged.errors)")
    }
  }
}

enum Rclone {
  static let path = "/usr/bin/rclone"
}
