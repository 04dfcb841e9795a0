import ChannelKit
import Messages

/// The attributes of one event that concern us, and its data before anything is made of it.
struct CloudEvent {
    enum Payload {
        case none
        /// The `data` member.
        case value(JSON)
        /// `data_base64`, or the body of a request in binary mode.
        case bytes([UInt8])
    }

    var id: String
    var source: String
    var type: String
    var time: Timestamp?
    /// Nil means JSON (CloudEvents JSON format §3.1).
    var mediaType: String?
    var payload: Payload

    static let longestAttribute = 1024

    /// Reads an event in structured mode (JSON format §2). Extension attributes are passed over.
    init(structured event: JSON) throws(WebhookRejection) {
        guard let members = event.members else { throw WebhookRejection(400, "invalid-body", "an event must be a JSON object") }
        if JSON.repeatedName(in: members) != nil { throw WebhookRejection(400, "invalid-body", "a name occurs twice in an event") }
        try self.init(attribute: { event[$0]?.string })
        mediaType = try event["datacontenttype"].flatMap { $0.isNull ? nil : $0 }.map { value throws(WebhookRejection) in
            guard let text = value.string else { throw WebhookRejection(400, "invalid-attribute", "datacontenttype must be a text") }
            return text
        }
        switch (event["data"], event["data_base64"]) {
        case (nil, nil): payload = .none
        case (let data?, nil): payload = .value(data)
        case (nil, let encoded?):
            guard let bytes = encoded.string.flatMap({ Base64.decode($0) }) else { throw WebhookRejection(400, "invalid-attribute", "data_base64 must be Base64") }
            payload = .bytes(bytes)
        case (.some, .some): throw WebhookRejection(400, "invalid-attribute", "data and data_base64 exclude each other")
        }
    }

    /// Reads an event in binary mode (HTTP protocol binding §3.1): attributes in `ce-` fields, the body is the data.
    init(binary request: WebhookRequest) throws(WebhookRejection) {
        guard request.header("ce-datacontenttype") == nil else {
            throw WebhookRejection(400, "invalid-attribute", "the data's media type belongs into content-type, not ce-datacontenttype")
        }
        var unreadable: String?
        try self.init(attribute: { name in
            guard let field = request.header("ce-" + name) else { return nil }
            let text = HeaderAttribute.decode(field)
            if text == nil { unreadable = name }
            return text
        })
        if let unreadable { throw WebhookRejection(400, "invalid-attribute", "ce-\(unreadable) is not percent-encoded UTF-8") }
        mediaType = request.header("content-type")
        payload = request.body.isEmpty ? .none : .bytes(request.body)
    }

    private init(attribute: (String) -> String?) throws(WebhookRejection) {
        guard let version = attribute("specversion") else { throw WebhookRejection(400, "missing-attribute", "specversion must be there, as a text") }
        guard version == "1.0" else { throw WebhookRejection(400, "unsupported-specversion", "specversion must be 1.0") }
        func required(_ name: String) throws(WebhookRejection) -> String {
            guard let text = attribute(name), !text.isEmpty, text.utf8.count <= Self.longestAttribute else {
                throw WebhookRejection(400, "missing-attribute", "\(name) must be a text of 1 to \(Self.longestAttribute) bytes")
            }
            return text
        }
        id = try required("id")
        source = try required("source")
        type = try required("type")
        // It may be missing or wrong; the time of arrival then stands in.
        time = attribute("time").flatMap { Timestamp(rfc3339: $0) }
        payload = .none
    }

    /// The same id from another source is another event.
    var dedupID: String { "\(source)|\(id)" }

    /// The data as JSON; nil when there is none.
    func data() throws(WebhookRejection) -> JSON? {
        switch payload {
        case .none: return nil
        case .value(.null): return nil
        case .value(let value):
            try checkMediaType()
            return value
        case .bytes(let bytes):
            if bytes.isEmpty { return nil }
            try checkMediaType()
            do {
                return try JSON(parsing: bytes)
            } catch {
                throw WebhookRejection(400, "invalid-data", error.description)
            }
        }
    }

    private func checkMediaType() throws(WebhookRejection) {
        guard let mediaType else { return }
        let essence = MediaType(mediaType)
        guard essence.name == "application/json" || essence.name == "text/json" || essence.name.hasSuffix("+json"), essence.isUTF8 else {
            throw WebhookRejection(415, "unsupported-data", "the data of a message must be JSON in UTF-8")
        }
    }
}

/// A `Content-Type`, as far as it decides how an event is read.
struct MediaType {
    /// Type and subtype in lower case.
    var name: String
    /// The charset says UTF-8 or nothing.
    var isUTF8: Bool

    init(_ field: String) {
        let parts = field.split(separator: ";", omittingEmptySubsequences: false).map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
        name = parts.first ?? ""
        isUTF8 = parts.dropFirst().allSatisfy { part in
            !part.hasPrefix("charset=") || ["utf-8", "\"utf-8\"", "us-ascii"].contains(String(part.dropFirst("charset=".count)))
        }
    }
}

/// The text of an attribute in a header field (HTTP protocol binding §3.1.3.2).
enum HeaderAttribute {
    /// Takes quotes off, then percent-decodes once. Nil for a broken escape or bytes that are not UTF-8.
    static func decode(_ field: String) -> String? {
        var bytes = Array(field.utf8)
        if bytes.count >= 2, bytes.first == UInt8(ascii: "\""), bytes.last == UInt8(ascii: "\"") {
            bytes = unescaped(Array(bytes[1..<bytes.count - 1]))
        }
        var out: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "%") else {
                out.append(bytes[index])
                index += 1
                continue
            }
            guard index + 2 < bytes.count, let byte = Hex.decode(String(decoding: bytes[index + 1...index + 2], as: UTF8.self))?.first else { return nil }
            out.append(byte)
            index += 3
        }
        return String(validating: out, as: UTF8.self)
    }

    /// In a quoted text a backslash stands before the character that is meant (RFC 9110 §5.6.4).
    private static func unescaped(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count { index += 1 }
            out.append(bytes[index])
            index += 1
        }
        return out
    }
}
