// SPDX-License-Identifier: Apache-2.0

/// The requests of a load generator.
enum LoadRequests {
  private static let tasks =
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/shops/providers/Microsoft.MobileEngagement"
    + "/appcollections/shop/apps/shop-0/devices/exportTasks"

  static let submit: String = {
    let body =
      #"{"containerUrl":"http://127.0.0.1/contoso/exports?sig=c2ln","description":"outhaul:1:load:1","#
      + #""startDate":"2016-01-31","endDate":"2016-01-31","exportFormat":"JsonBlob"}"#
    return head("POST", "\(tasks)/events?api-version=2014-12-01")
      + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body
  }()

  /// - Parameter firstAnswer: to the submit of a task, which is then asked for.
  /// - Throws: `Refusal` when it names none.
  static func request(_ kind: LoadGenerator.Kind, firstAnswer: View) throws -> Bytes {
    guard let id = firstAnswer.text(of: "\"id\"").map({ String(decoding: $0, as: UTF8.self) }) else {
      throw Refusal("the stand-in made no task")
    }
    let text =
      switch kind {
      case .submit: submit
      case .poll: head("GET", "\(tasks)/\(id)?api-version=2014-12-01") + "\r\n"
      case .file: head("GET", "/contoso/exports/event/any-\(id)/part-00000.json") + "\r\n"
      }
    var bytes = Bytes()
    for byte in text.utf8 { bytes.append(byte) }
    return bytes
  }

  private static func head(_ method: String, _ target: String) -> String {
    "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer token\r\nAccept: application/json\r\n"
  }
}
