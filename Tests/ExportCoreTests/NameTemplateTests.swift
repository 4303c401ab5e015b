// SPDX-License-Identifier: Apache-2.0
import ExportCore
import Testing

@Suite struct NameTemplateTests {
  private static func value(_ hole: NameTemplate.Hole) -> String {
    hole == .part ? "00003" : hole.rawValue.uppercased()
  }

  @Test(arguments: [
    (
      "{export}/{app}/{dataset}/{format}/{window}/part-{part}.{format}",
      "EXPORT/APP/DATASET/FORMAT/WINDOW part-00003.FORMAT"
    ),
    ("{app}/{dataset} of {window}/{part}", "APP/DATASET of WINDOW 00003"),
    ("a/{window}{task}/b/c{part}d", "a/WINDOWTASK/b c00003d"),
  ])
  func `holes are filled`(text: String, expected: String) throws {
    let template = try NameTemplate(text)

    #expect("\(template.folder(Self.value)) \(template.file(Self.value))" == expected)
  }

  @Test(arguments: [
    ("", NameTemplate.Problem.empty), ("/a/{part}", .absolute), ("../{part}", .hidden("..")),
    ("a/../{part}", .hidden("..")),
    ("a/.hidden/{part}", .hidden(".hidden")), ("a/.{part}", .hidden(".{part}")), ("./{part}", .hidden(".")),
    ("a//{part}", .emptyStep), ("a/{part}/", .emptyStep), ("{part}", .noFolder), ("a/b", .noPart),
    ("{part}/{part}", .partOfFolder), ("{ap}/{part}", .unknown("ap")), ("{app/{part}", .openBrace),
    ("a}/{part}", .openBrace),
    ("{}/{part}", .unknown("")), ("a\\b/{part}", .character("\\")), ("a:b/{part}", .character(":")),
    ("a\u{0}/{part}", .character("\u{0}")), ("a*/{part}", .character("*")),
  ])
  func `what leads astray is refused`(text: String, problem: NameTemplate.Problem) {
    #expect(throws: problem) { try NameTemplate(text) }
    #expect(!problem.message.isEmpty && !problem.help.isEmpty)
  }

  @Test func `the usual one is what its text says`() throws {
    let read = try NameTemplate(NameTemplate.usual.text)

    #expect(read == .usual)
    #expect(NameTemplate.usual.telling == [.export, .app, .dataset, .format, .window])
    #expect(NameTemplate.Problem.unknown("datset").help == "did you mean 'dataset'?")
  }
}
