// SPDX-License-Identifier: Apache-2.0
/// A seeded generator (SplitMix64) with the shapes that data of apps have.
struct CloudRandom: RandomNumberGenerator {
  private var state: UInt64

  /// Streams of different parts of the data are independent.
  init(_ parts: UInt64...) {
    state = 0x51_7CC1_B727_220A95
    for part in parts {
      state ^= part &+ 0x9E37_79B9_7F4A_7C15 &+ (state << 6) &+ (state >> 2)
      _ = next()
    }
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// From 0 up to 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1.0p-53 }

  mutating func seconds(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + unit() * (range.upperBound - range.lowerBound)
  }

  mutating func int(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
  }

  /// An element, the earlier ones far more often: Zipf's law with exponent 1.
  mutating func longTail<Element>(_ elements: [Element]) -> Element {
    let total = (1...elements.count).reduce(0) { $0 + 1 / Double($1) }
    var left = unit() * total
    for (index, element) in elements.enumerated() {
      left -= 1 / Double(index + 1)
      if left <= 0 { return element }
    }
    return elements[elements.count - 1]
  }

  /// A count with this mean and a long tail (geometric).
  mutating func count(mean: Double) -> Int {
    CloudMath.steps(down: mean / (1 + mean), to: max(1e-12, unit()), limit: 200)
  }

  /// 32 lower-case hexadecimal digits.
  mutating func guid() -> String {
    let (high, low) = (next(), next())
    return String(unsafeUninitializedCapacity: 32) { digits in
      for index in 0..<16 {
        digits[index] = Self.digit(high >> UInt64(60 - 4 * index))
        digits[16 + index] = Self.digit(low >> UInt64(60 - 4 * index))
      }
      return 32
    }
  }

  private static func digit(_ number: UInt64) -> UInt8 {
    let value = UInt8(truncatingIfNeeded: number & 15)
    return value < 10 ? 0x30 + value : 0x57 + value
  }
}
