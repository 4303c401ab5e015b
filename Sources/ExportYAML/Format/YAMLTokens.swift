// SPDX-License-Identifier: Apache-2.0
import CLibYAML
import ExportCore

/// A piece of YAML as it is written: which kind, and where in the text. Marks of structure are empty.
struct YAMLToken: Equatable {
  enum Kind: Equatable {
    case directive, documentStart, documentEnd
    case blockSequenceStart, blockMappingStart, blockEnd
    case flowStart, flowEnd, flowEntry
    case blockEntry, key, value
    case alias, anchor, tag
    case scalar(isBlock: Bool)
    case streamEnd
  }

  var kind: Kind
  /// Of the text's Unicode scalars.
  var range: Range<Int>
}

extension YAMLToken {
  /// The tokens of a text that `YAMLReader` has read without an error; `nil` when it cannot be taken apart.
  static func all(of bytes: [UInt8]) -> [YAMLToken]? {
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    defer { parser.deallocate() }
    guard yaml_parser_initialize(parser) == 1 else { return nil }
    defer { yaml_parser_delete(parser) }
    return bytes.withUnsafeBufferPointer { buffer in
      yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
      yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
      var tokens: [YAMLToken] = []
      while true {
        var token = yaml_token_t()
        guard yaml_parser_scan(parser, &token) == 1 else { return nil }
        defer { yaml_token_delete(&token) }
        if let kind = Kind(token) {
          tokens.append(YAMLToken(kind: kind, range: Int(token.start_mark.index)..<Int(token.end_mark.index)))
        }
        if token.type == YAML_STREAM_END_TOKEN || token.type == YAML_NO_TOKEN { return tokens }
      }
    }
  }
}

extension YAMLToken.Kind {
  fileprivate init?(_ token: yaml_token_t) {
    switch token.type {
    case YAML_VERSION_DIRECTIVE_TOKEN, YAML_TAG_DIRECTIVE_TOKEN: self = .directive
    case YAML_DOCUMENT_START_TOKEN: self = .documentStart
    case YAML_DOCUMENT_END_TOKEN: self = .documentEnd
    case YAML_BLOCK_SEQUENCE_START_TOKEN: self = .blockSequenceStart
    case YAML_BLOCK_MAPPING_START_TOKEN: self = .blockMappingStart
    case YAML_BLOCK_END_TOKEN: self = .blockEnd
    case YAML_FLOW_SEQUENCE_START_TOKEN, YAML_FLOW_MAPPING_START_TOKEN: self = .flowStart
    case YAML_FLOW_SEQUENCE_END_TOKEN, YAML_FLOW_MAPPING_END_TOKEN: self = .flowEnd
    case YAML_FLOW_ENTRY_TOKEN: self = .flowEntry
    case YAML_BLOCK_ENTRY_TOKEN: self = .blockEntry
    case YAML_KEY_TOKEN: self = .key
    case YAML_VALUE_TOKEN: self = .value
    case YAML_ALIAS_TOKEN: self = .alias
    case YAML_ANCHOR_TOKEN: self = .anchor
    case YAML_TAG_TOKEN: self = .tag
    case YAML_SCALAR_TOKEN:
      let style = token.data.scalar.style
      self = .scalar(isBlock: style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE)
    case YAML_STREAM_END_TOKEN: self = .streamEnd
    default: return nil
    }
  }
}
