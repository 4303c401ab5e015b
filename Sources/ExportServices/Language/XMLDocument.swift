// SPDX-License-Identifier: Apache-2.0
import Foundation
import FoundationXML

extension XMLNode {
  /// Elements inside each other, and elements of a whole document, that are read at most.
  static let depthLimit = 64
  static let countLimit = 200_000

  /// Reads a document. Nothing is fetched, and no entity but XML's own is put in.
  /// - Returns: `nil` for what is not well-formed, is cut off, has a document type, or goes beyond the limits.
  static func read(_ bytes: [UInt8]) -> XMLNode? {
    let reading = XMLReading()
    let parser = XMLParser(data: Data(bytes))
    parser.shouldProcessNamespaces = true
    parser.delegate = reading
    let isRead = parser.parse()
    // The parser says yes to documents that end early, and tells that only by the error.
    if let error = parser.parserError as NSError?, !XMLReading.warnings.contains(error.code) { return nil }
    return isRead ? reading.root : nil
  }
}

/// Puts elements together while a document is parsed.
private final class XMLReading: NSObject, XMLParserDelegate {
  /// Codes of libxml2 for names of namespaces that are no good addresses.
  static let warnings: Set<Int> = [99, 100]

  private var open: [XMLNode] = []
  private var count = 0
  /// `nil` until its end is read.
  private(set) var root: XMLNode?

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    count += 1
    guard open.count < XMLNode.depthLimit, count <= XMLNode.countLimit else { return parser.abortParsing() }
    open.append(XMLNode(name: name))
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    guard let node = open.popLast(), node.name == name else { return parser.abortParsing() }
    if open.isEmpty { root = node } else { open[open.count - 1].children.append(node) }
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) { add(text) }

  func parser(_ parser: XMLParser, foundCDATA block: Data) { add(String(decoding: block, as: UTF8.self)) }

  private func add(_ text: String) {
    guard !open.isEmpty else { return }
    open[open.count - 1].text += text
  }
}
