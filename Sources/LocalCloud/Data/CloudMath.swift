// SPDX-License-Identifier: Apache-2.0

/// Functions whose last bit no machine's library decides: sums, products and square roots alone, which are the same
/// everywhere.
enum CloudMath {
  /// e to the power of x, for x from 0 to 20.
  static func exp(_ x: Double) -> Double {
    let whole = x.rounded(.down)
    var (result, term) = (1.0, 1.0)
    for index in 1...20 {
      term *= (x - whole) / Double(index)
      result += term
    }
    for _ in 0..<Int(whole) { result *= 2.718281828459045 }
    return result
  }

  /// x to the power of three halves.
  static func threeHalves(_ x: Double) -> Double { x * x.squareRoot() }

  /// How often `ratio` can be multiplied before the product is below `bound`; at most `limit`.
  static func steps(down ratio: Double, to bound: Double, limit: Int) -> Int {
    var (count, product) = (0, ratio)
    while count < limit, product >= bound {
      count += 1
      product *= ratio
    }
    return count
  }
}
