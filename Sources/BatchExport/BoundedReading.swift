// SPDX-License-Identifier: Apache-2.0
import ExportYAML
import Foundation

extension FileHandle {
  /// Everything up to the end.
  /// - Parameter name: what the file is called where it is told of.
  /// - Throws: `ProjectError.invalid` for more than YAML may have: an endless device is one sentence.
  func readText(of name: String) throws -> [UInt8] {
    let data = try read(upToCount: YAMLReader.sizeLimit + 1) ?? Data()
    guard data.count <= YAMLReader.sizeLimit else {
      throw ProjectError.invalid(DiagnosticList([YAMLReader.tooLarge(name)]))
    }
    return Array(data)
  }
}
