// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportYAML

/// A file that a manifest includes.
public struct IncludedFile: Sendable {
  /// From the manifest's folder on.
  public var path: String
  public var file: SourceFile

  public init(path: String, file: SourceFile) { (self.path, self.file) = (path, file) }
}

/// Reads what a manifest includes, and what that includes: each file once, in the order of the text and of their paths.
struct IncludeReader {
  /// What a file is included as.
  enum Role {
    /// Under `include:`: sections.
    case sections
    /// Under `apps: {include: …}`: apps.
    case apps
  }

  private(set) var files: [IncludedFile] = []
  /// False when a file could not be had: that was told, and what would be in it is not missed.
  private(set) var isWhole = true
  private(set) var sections = ManifestSections()
  private let source: any IncludeSource
  private var seen: Set<String> = []
  private var bytesLeft = IncludeLimits.bytes
  private var entriesLeft = IncludeLimits.entries
  private var aliasesLeft: Int

  /// The way from the manifest to a file.
  private typealias Chain = [(path: String, identity: String)]

  /// - Parameter aliasesLeft: nodes that aliases may still bring in.
  init(_ source: any IncludeSource, aliasesLeft: Int) {
    (self.source, self.aliasesLeft) = (source, aliasesLeft)
  }

  /// The manifest with the sections of all files in it, and without its includes.
  mutating func merged(_ root: YAMLNode, _ problems: inout DiagnosticList) -> YAMLNode {
    guard case .mapping(let pairs) = root.kind else { return root }
    let path = source.manifest
    let chain = [(path: path, identity: source.identity(of: path))]
    seen.insert(chain[0].identity)
    let includes = sections.take(pairs, as: .manifest, &problems)
    for include in includes { add(include, chain, &problems) }
    return YAMLNode(.mapping(sections.merged(&problems)), at: root.place)
  }

  // MARK: One include

  private mutating func add(_ include: ManifestSections.Include, _ chain: Chain, _ problems: inout DiagnosticList) {
    var elements = [include.node]
    if case .sequence(let list) = include.node.kind {
      elements = list
      if list.isEmpty {
        refuse(code: "M030", "'include' is empty", at: include.node.place, help: "leave it out", &problems)
      }
    }
    for element in elements {
      guard let pattern = pattern(element, &problems) else { continue }
      for path in files(of: pattern, at: element.place, chain, &problems) {
        read(path, as: include.role, at: element.place, chain, &problems)
      }
    }
  }

  private mutating func pattern(_ node: YAMLNode, _ problems: inout DiagnosticList) -> IncludePattern? {
    let help = "write a path such as catalogue/*.yaml, or a list of them"
    guard let text = node.text, !text.isEmpty else {
      refuse(code: "M030", "'include' takes paths, not \(node.noun)", at: node.place, help: help, &problems)
      return nil
    }
    if text.contains("${") {
      refuse(
        code: "M030", "'include' takes no variables: '\(text)'", at: node.place,
        help: "write the path itself; variables may stand in the file", &problems)
      return nil
    }
    if text.hasPrefix("/") {
      refuse(
        code: "M030", "'\(text)' is absolute", at: node.place, help: "write a path from the folder of this file on",
        &problems
      )
      return nil
    }
    return IncludePattern(text)
  }

  private mutating func files(
    of pattern: IncludePattern, at place: SourcePlace, _ chain: Chain, _ problems: inout DiagnosticList
  ) -> [String] {
    let folder = IncludePath.folder(of: chain.last?.path ?? "")
    do {
      let found = try pattern.files(from: folder, in: source, entriesLeft: &entriesLeft)
      if entriesLeft < 0 {
        let most = "more than \(IncludeLimits.entries) names stand in the folders that '\(pattern.text)' looks into"
        refuse(code: "M035", most, at: place, help: "name fewer folders", &problems)
        return []
      }
      if found.isEmpty { missing(pattern, from: folder, at: place, &problems) }
      return found
    } catch {
      refuse(code: "M034", "cannot look for '\(pattern.text)': \(error.reason)", at: place, &problems)
      return []
    }
  }

  private mutating func missing(
    _ pattern: IncludePattern, from folder: String, at place: SourcePlace, _ problems: inout DiagnosticList
  ) {
    guard pattern.isPath else {
      return refuse(
        code: "M034", "no file fits '\(pattern.text)'", at: place, help: "paths begin at the folder of this file",
        &problems)
    }
    let path = IncludePath.join(folder, pattern.text)
    let name = String(path.split(separator: "/").last ?? "")
    let beside = (try? source.entries(of: IncludePath.folder(of: path))) ?? []
    if beside.contains(where: { $0.name == name && $0.isFolder }) {
      let wanted = pattern.text.hasSuffix("/") ? pattern.text : pattern.text + "/"
      return refuse(code: "M034", "'\(pattern.text)' is a folder", at: place, help: "write \(wanted)*.yaml", &problems)
    }
    let near = Suggestion.nearest(to: name, in: beside.filter { !$0.isFolder }.map(\.name).sorted())
    refuse(
      code: "M034", "there is no file '\(pattern.text)'", at: place,
      help: near.map { "did you mean '\(pattern.text.dropLast(name.count))\($0)'?" }
        ?? "paths begin at the folder of this file", &problems)
  }

  // MARK: One file

  private mutating func read(
    _ path: String, as role: Role, at place: SourcePlace, _ chain: Chain, _ problems: inout DiagnosticList
  ) {
    let identity = source.identity(of: path)
    if let start = chain.firstIndex(where: { $0.identity == identity }) {
      let circle = (chain[start...].map(\.path) + [path]).map { "'\($0)'" }.joined(separator: " includes ")
      return refuse(
        code: "M033", "files include one another in a circle: \(circle)", at: place, help: "take one 'include' out",
        &problems
      )
    }
    guard !seen.contains(identity) else { return }
    guard chain.count <= IncludeLimits.depth else {
      return refuse(
        code: "M035", "files include one another more than \(IncludeLimits.depth) deep", at: place, &problems)
    }
    // The manifest is one of them.
    guard seen.count <= IncludeLimits.files else {
      // Once is enough.
      if isWhole { refuse(code: "M035", "more than \(IncludeLimits.files) files are included", at: place, &problems) }
      return
    }
    seen.insert(identity)
    do {
      let file = try source.read(path, limit: bytesLeft)
      bytesLeft -= file.bytes.count
      files.append(IncludedFile(path: path, file: file))
      take(file, as: role, chain + [(path, identity)], &problems)
    } catch  where error == .tooLarge {
      let most = "included files have more than \(IncludeLimits.bytes) bytes together"
      // Once is enough.
      if bytesLeft > 0 { refuse(code: "M035", most, at: place, help: "'\(path)' does not fit any more", &problems) }
      bytesLeft = 0
    } catch {
      refuse(code: "M034", "cannot read '\(path)': \(error.reason)", at: place, &problems)
    }
  }

  private mutating func take(
    _ file: SourceFile, as role: Role, _ chain: Chain, _ problems: inout DiagnosticList
  ) {
    let (root, found) = YAMLReader.read(file, aliasesLeft: &aliasesLeft)
    problems.add(contentsOf: found)
    guard let root else { return isWhole = false }
    guard case .mapping(let pairs) = root.kind else {
      let noun = "an included file"
      return refuse(code: "M001", "\(noun) must be a mapping, not \(root.noun)", at: root.place, &problems)
    }
    let includes = sections.take(pairs, as: role == .apps ? .apps : .included, &problems)
    for include in includes { add(include, chain, &problems) }
  }

  private mutating func refuse(
    code: String, _ message: String, at place: SourcePlace, help: String? = nil, _ problems: inout DiagnosticList
  ) {
    isWhole = false
    problems.add(Diagnostic(code: code, message, at: place, help: help))
  }
}
