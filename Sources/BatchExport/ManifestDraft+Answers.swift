// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension ManifestDraft {
  /// The answer that something in the draft's text came from.
  public enum Answer: Sendable, Equatable {
    case name, every, from, destination, dataset
    case parameter(String)
    case app(String)
  }

  /// Whose answer stands at a place of the draft's text; `nil` for what is in every draft.
  public func answer(at place: SourcePlace) -> Answer? {
    let line = place.file.line(place.line)
    let words = line.drop { $0 == " " }
    let margin = line.count - words.count
    let key = String(words.prefix { $0 != ":" })
    switch (margin, key) {
    case (0, "name"): return .name
    case (4, "window"):
      let before = line.unicodeScalars.prefix(place.column - 1)
      return String(String.UnicodeScalarView(before)).contains("from:") ? .from : .every
    case (4, "datasets"): return .dataset
    case (4, "azure_container"), (2, "files"): return .destination
    case (6, _) where parameters[key] != nil: return .parameter(key)
    case (2, _) where apps.contains { $0.name == key }: return .app(key)
    default: return nil
    }
  }
}
