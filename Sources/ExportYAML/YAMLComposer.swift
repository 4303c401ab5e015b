// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// Puts events together to nodes, and checks what libyaml leaves to its users: duplicate keys, unknown aliases,
/// what aliases multiply into, depth, tags, second documents.
struct YAMLComposer {
  var diagnostics = DiagnosticList()
  private let file: SourceFile
  private var anchors: [String: Sized] = [:]
  /// Nodes that aliases may still bring in.
  private(set) var aliasesLeft: Int
  private var nodesLeft = YAMLReader.nodeLimit
  private var depth = 0
  /// What is read is the value of `<<`.
  private var isMerge = false

  init(_ file: SourceFile, aliasesLeft: Int) { (self.file, self.aliasesLeft) = (file, aliasesLeft) }

  mutating func compose() throws(Diagnostic) -> YAMLNode? {
    let events = try YAMLEvents(file)
    guard case .documentStart = try events.next() else {
      let place = SourcePlace(file: file, line: 1, column: 1)
      throw Diagnostic(code: "Y004", "the file is empty", at: place)
    }
    let root = try node(try events.next(), events).node
    if case .documentStart(let place) = try events.next() {
      throw Diagnostic(code: "Y012", "a second document begins here", at: place, help: "keep one in a file")
    }
    return root
  }

  /// A node, what an alias of it brings in, and how many levels it has.
  private typealias Sized = (node: YAMLNode, size: Int, height: Int)

  private mutating func node(_ event: YAMLEvent, _ events: YAMLEvents) throws(Diagnostic) -> Sized {
    switch event {
    case .scalar(let text, let isPlain, let tag, let anchor, let place):
      try check(tag, at: place)
      let plain = isPlain && tag != "tag:yaml.org,2002:str" && tag != "!"
      try count(at: place)
      let size = 1 + text.utf8.count / YAMLReader.bytesOfNode
      return remember((YAMLNode(.scalar(text, isPlain: plain), at: place), size, 0), as: anchor)
    case .alias(let name, let place): return try resolve(name, at: place)
    case .sequenceStart(let tag, let anchor, let place):
      try check(tag, at: place)
      return remember(try sequence(at: place, events), as: anchor)
    case .mappingStart(let tag, let anchor, let place):
      try check(tag, at: place)
      return remember(try mapping(at: place, events), as: anchor)
    case .end, .documentStart, .streamEnd:
      throw Diagnostic(code: "Y001", "the text ends too early", at: nil)
    }
  }

  private mutating func remember(_ sized: Sized, as anchor: String?) -> Sized {
    if let anchor { anchors[anchor] = sized }
    return sized
  }

  private mutating func resolve(_ name: String, at place: SourcePlace) throws(Diagnostic) -> Sized {
    guard let known = anchors[name] else {
      throw Diagnostic(
        code: "Y006", "unknown alias '\(name)'", at: place,
        help: Suggestion.help(for: name, in: anchors.keys) ?? "what is no alias, and begins with '*', stands in quotes")
    }
    aliasesLeft -= known.size
    guard aliasesLeft >= 0 else {
      throw Diagnostic(
        code: "Y007", "aliases bring in more than \(YAMLReader.aliasLimit) nodes", at: place, help: "write less of it")
    }
    try check(depth + known.height, at: place)
    var marker = UseMarker(place, isMerge ? "merged here" : "used here")
    return (known.node.marked(by: &marker), known.size, known.height)
  }

  private func check(_ tag: String?, at place: SourcePlace) throws(Diagnostic) {
    guard let tag, tag != "!", !tag.hasPrefix("tag:yaml.org,2002:") else { return }
    throw Diagnostic(code: "Y009", "unknown tag '\(tag)'", at: place, help: "leave it out, or put the text in quotes")
  }

  private mutating func enter(at place: SourcePlace) throws(Diagnostic) {
    try count(at: place)
    depth += 1
    try check(depth, at: place)
  }

  private func check(_ depth: Int, at place: SourcePlace) throws(Diagnostic) {
    guard depth <= YAMLReader.depthLimit else {
      throw Diagnostic(code: "Y008", "nested deeper than \(YAMLReader.depthLimit) levels", at: place.first)
    }
  }

  private mutating func count(at place: SourcePlace) throws(Diagnostic) {
    nodesLeft -= 1
    guard nodesLeft >= 0 else {
      throw Diagnostic(
        code: "Y002", "the file has more than \(YAMLReader.nodeLimit) values", at: place.first,
        help: "cut it into several")
    }
  }

  private mutating func sequence(at place: SourcePlace, _ events: YAMLEvents) throws(Diagnostic) -> Sized {
    try enter(at: place)
    defer { depth -= 1 }
    var elements: [YAMLNode] = []
    var (size, height) = (1, 0)
    while true {
      let event = try events.next()
      if case .end = event { return (YAMLNode(.sequence(elements), at: place.first), size, height + 1) }
      let element = try node(event, events)
      elements.append(element.node)
      size += element.size
      height = max(height, element.height)
    }
  }

  private mutating func mapping(at place: SourcePlace, _ events: YAMLEvents) throws(Diagnostic) -> Sized {
    try enter(at: place)
    defer { depth -= 1 }
    var pairs: [YAMLNode.Pair] = []
    var merged: [YAMLNode.Pair] = []
    var names = NameIndex()
    var (size, height) = (1, 0)
    isMerge = false
    while true {
      let event = try events.next()
      if case .end = event { break }
      let key = try node(event, events)
      let isMergeKey = if case .scalar("<<", isPlain: true) = key.node.kind { true } else { false }
      isMerge = isMergeKey
      let value = try node(try events.next(), events)
      isMerge = false
      size += key.size + value.size
      height = max(height, isMergeKey ? value.height - 1 : value.height)
      guard let name = key.node.text else {
        throw Diagnostic(code: "Y010", "a key must be a word, not \(key.node.noun)", at: key.node.place)
      }
      if isMergeKey {
        merged += try pairsToMerge(value.node)
        continue
      }
      if let first = names.find(name, in: pairs) {
        diagnostics.add(
          Diagnostic(
            code: "Y005", "duplicate key '\(name)'", at: key.node.place,
            related: [Diagnostic.Related("it was first given here", at: pairs[first].key.place)]))
        continue
      }
      pairs.append(YAMLNode.Pair(key: key.node, value: value.node))
    }
    // What is written wins over what is merged, and earlier merges over later ones.
    for pair in merged where names.find(pair.key.text ?? "", in: pairs) == nil { pairs.append(pair) }
    return (YAMLNode(.mapping(pairs), at: place.first), size, height + 1)
  }

  private func pairsToMerge(_ node: YAMLNode) throws(Diagnostic) -> [YAMLNode.Pair] {
    switch node.kind {
    case .mapping(let pairs): return pairs
    case .sequence(let elements):
      var pairs: [YAMLNode.Pair] = []
      for element in elements {
        guard case .mapping(let more) = element.kind else { throw Self.badMerge(element) }
        pairs += more
      }
      return pairs
    case .scalar: throw Self.badMerge(node)
    }
  }

  private static func badMerge(_ node: YAMLNode) -> Diagnostic {
    Diagnostic(code: "Y011", "'<<' takes a mapping or a list of mappings, not \(node.noun)", at: node.place)
  }
}

extension YAMLNode {
  /// The node with everything in it as an alias brings it in.
  fileprivate func marked(by marker: inout UseMarker) -> YAMLNode {
    let place = marker.mark(place)
    switch kind {
    case .scalar: return YAMLNode(kind, at: place)
    case .sequence(let elements): return YAMLNode(.sequence(elements.map { $0.marked(by: &marker) }), at: place)
    case .mapping(let pairs):
      let pairs = pairs.map { Pair(key: $0.key.marked(by: &marker), value: $0.value.marked(by: &marker)) }
      return YAMLNode(.mapping(pairs), at: place)
    }
  }
}

/// Finds a key among a mapping's pairs: few are looked through, many are looked up.
private struct NameIndex {
  private static let few = 12
  private var indexes: [String: Int] = [:]
  private var known = 0

  /// Pairs are only ever added at the end.
  mutating func find(_ name: String, in pairs: [YAMLNode.Pair]) -> Int? {
    guard pairs.count > Self.few else { return pairs.firstIndex { $0.key.text == name } }
    while known < pairs.count {
      indexes[pairs[known].key.text ?? ""] = known
      known += 1
    }
    return indexes[name]
  }
}
