// SPDX-License-Identifier: Apache-2.0
import CLibYAML
import ExportCore

/// Reads one YAML document into nodes that know their places. It never crashes and never hangs: size, nodes, depth
/// and what aliases multiply into are bounded, each with a name and a message.
public enum YAMLReader {
  /// 64 MiB.
  public static let sizeLimit = 64 << 20
  public static let depthLimit = 64
  /// Nodes that aliases and merges may bring in, over the ones that are written.
  public static let aliasLimit = 100_000
  /// Nodes that are written in one file.
  public static let nodeLimit = 5_000_000
  /// A long text that an alias brings in counts as one node more for each of these.
  static let bytesOfNode = 1_024

  /// What is told of a file that has more bytes than are read.
  public static func tooLarge(_ name: String) -> Diagnostic {
    let place = SourcePlace(file: SourceFile(name: name, text: ""), line: 1, column: 1)
    return Diagnostic(
      code: "Y002", "the file has more than \(sizeLimit) bytes", at: place, help: "check that it is the right one")
  }

  /// The document's root, and every problem found. With an error the root is `nil`, apart from duplicate keys:
  /// then the first one counts and reading goes on, so that the rest can be checked as well.
  public static func read(_ file: SourceFile) -> (root: YAMLNode?, diagnostics: DiagnosticList) {
    var aliasesLeft = aliasLimit
    return read(file, aliasesLeft: &aliasesLeft)
  }

  /// One of several files that are read together.
  /// - Parameter aliasesLeft: nodes that aliases may bring in over all of them; those that did are taken off.
  public static func read(
    _ file: SourceFile, aliasesLeft: inout Int
  ) -> (root: YAMLNode?, diagnostics: DiagnosticList) {
    guard file.bytes.count <= sizeLimit else { return (nil, DiagnosticList([tooLarge(file.name)])) }
    var composer = YAMLComposer(file, aliasesLeft: aliasesLeft)
    defer { aliasesLeft = composer.aliasesLeft }
    do {
      let root = try composer.compose()
      return (root, composer.diagnostics)
    } catch {
      composer.diagnostics.add(error)
      return (nil, composer.diagnostics)
    }
  }
}

/// An event of libyaml, in our own words.
enum YAMLEvent {
  case scalar(String, isPlain: Bool, tag: String?, anchor: String?, SourcePlace)
  case alias(String, SourcePlace)
  case sequenceStart(tag: String?, anchor: String?, SourcePlace)
  case mappingStart(tag: String?, anchor: String?, SourcePlace)
  case end
  case documentStart(SourcePlace)
  case streamEnd
}

/// libyaml's parser. It holds pointers into itself, so it lives in memory that does not move.
final class YAMLEvents {
  private let file: SourceFile
  private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
  private let input: UnsafeMutableBufferPointer<UInt8>

  init(_ file: SourceFile) throws(Diagnostic) {
    self.file = file
    let text = file.bytes[file.textStart...]
    input = .allocate(capacity: max(1, text.count))
    _ = input.initialize(from: text)
    guard yaml_parser_initialize(parser) == 1 else {
      throw Diagnostic(code: "Y001", "there is no memory to read the file", at: nil)
    }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, input.baseAddress, text.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    input.deallocate()
  }

  /// The next event that means something.
  func next() throws(Diagnostic) -> YAMLEvent {
    while true {
      var event = yaml_event_t()
      guard yaml_parser_parse(parser, &event) == 1 else { throw problem() }
      defer { yaml_event_delete(&event) }
      let place = place(event.start_mark, event.end_mark)
      switch event.type {
      case YAML_SCALAR_EVENT:
        let scalar = event.data.scalar
        let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        return .scalar(
          String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE,
          tag: Self.text(scalar.tag), anchor: Self.text(scalar.anchor), place)
      case YAML_ALIAS_EVENT: return .alias(Self.text(event.data.alias.anchor) ?? "", place)
      case YAML_SEQUENCE_START_EVENT:
        let start = event.data.sequence_start
        return .sequenceStart(tag: Self.text(start.tag), anchor: Self.text(start.anchor), place)
      case YAML_MAPPING_START_EVENT:
        let start = event.data.mapping_start
        return .mappingStart(tag: Self.text(start.tag), anchor: Self.text(start.anchor), place)
      case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return .end
      case YAML_DOCUMENT_START_EVENT: return .documentStart(place)
      case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return .streamEnd
      default: continue
      }
    }
  }

  private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  /// libyaml counts from 0.
  private func place(_ start: yaml_mark_t, _ end: yaml_mark_t) -> SourcePlace {
    let length = end.line == start.line ? Int(end.column) - Int(start.column) : 1
    return SourcePlace(file: file, line: Int(start.line) + 1, column: Int(start.column) + 1, length: length)
  }

  private func problem() -> Diagnostic {
    let parser = parser.pointee
    let message = parser.problem.map { String(cString: $0) } ?? "the text cannot be read"
    // A byte that is no UTF-8 has an offset and no mark.
    if parser.error == YAML_READER_ERROR {
      let (line, column) = file.position(ofByte: file.textStart + Int(parser.problem_offset))
      let place = SourcePlace(file: file, line: line, column: column)
      let help = message.hasPrefix("control") ? "take it out" : "save as UTF-8"
      return Diagnostic(code: "Y003", "a byte that cannot stand in YAML: \(message)", at: place, help: help)
    }
    let mark = parser.problem_mark
    let place = SourcePlace(file: file, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    var related: [Diagnostic.Related] = []
    if let context = parser.context.map({ String(cString: $0) }) {
      let mark = parser.context_mark
      let place = SourcePlace(file: file, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
      related = [Diagnostic.Related(context, at: place)]
    }
    return Diagnostic(
      code: "Y001", message, at: place, help: help(message, while: related.first?.message, at: place), related: related)
  }

  /// What begins with a character that means something in YAML, and was not meant to.
  private func help(_ message: String, while context: String?, at place: SourcePlace) -> String? {
    let found = place.file.line(place.line).unicodeScalars.dropFirst(place.column - 1).first
    switch context {
    case "while scanning an alias": return "what begins with '*' stands in quotes"
    case "while scanning an anchor": return "what begins with '&' stands in quotes"
    case "while scanning a tag": return "what begins with '!' stands in quotes"
    default: break
    }
    if found == "\t" { return "indent with spaces" }
    guard message == "found character that cannot start any token", let found else { return nil }
    return "what begins with '\(found)' stands in quotes"
  }
}
