// SPDX-License-Identifier: Apache-2.0

/// A place that brings in what is written elsewhere in its file: an alias, or a merge.
struct SourceUse: Sendable {
  var place: SourcePlace
  /// Such as `used here`.
  var message: String
}

extension SourcePlace {
  /// The places that bring in what stands here, the innermost first; none for what is read where it is written.
  var uses: [Diagnostic.Related] {
    var uses: [Diagnostic.Related] = []
    var here = self
    while let use = here.file.use(here.use), uses.count < Diagnostic.usesLimit {
      uses.append(Diagnostic.Related(use.message, at: use.place))
      here = use.place
    }
    return uses
  }
}

/// Marks the places of what one alias brings in, so that a diagnostic of them can say where it is used.
public struct UseMarker {
  private let alias: SourcePlace
  private let message: String
  /// By the number of what brought a place in before, the number of what does now.
  private var numbers: [UInt32: UInt32] = [:]

  /// - Parameter message: what a diagnostic says of the alias, such as `used here`.
  public init(_ alias: SourcePlace, _ message: String) { (self.alias, self.message) = (alias, message) }

  public mutating func mark(_ place: SourcePlace) -> SourcePlace {
    if let known = numbers[place.use] { return SourcePlace(place, use: known) }
    var use = SourceUse(place: alias, message: message)
    // What an alias inside brings in is brought in by that one first.
    if let inner = place.file.use(place.use) { use = SourceUse(place: mark(inner.place), message: inner.message) }
    let number = place.file.add(use)
    numbers[place.use] = number
    return SourcePlace(place, use: number)
  }
}
