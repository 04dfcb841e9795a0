import ChannelKit
import Conversations
import Messages

extension Action {
    /// Why a request cannot be made of these arguments: the article and the settings do not fit.
    struct Mismatch: Error {
        var explanation: String
    }

    /// The request, the same on every try.
    /// - Parameter id: what the company system tells a repeat by.
    func request(_ arguments: [SlotValue], id: String) throws(Mismatch) -> HTTPCall {
        let values = Dictionary(arguments.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        var target = ""
        var rest = url[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            target += rest[..<open]
            let name = String(rest[rest.index(after: open)..<close])
            guard let value = values[name] else { throw Mismatch(explanation: "the URL wants \(name), which the article does not give") }
            // "." and ".." would be steps in the path whatever they are written as (WHATWG URL §4.4).
            guard !value.isEmpty, !value.utf8.allSatisfy({ $0 == 0x2E }) else { throw Mismatch(explanation: "\(name) cannot stand in a URL") }
            target += Self.percentEncoded(value)
            rest = rest[rest.index(after: close)...]
        }
        target += rest
        var fields = headers.map { (name: $0.name, value: $0.value) }
        fields.append((name: "Accept", value: "application/json"))
        if let idempotencyHeader { fields.append((name: idempotencyHeader, value: id)) }
        var bytes: [UInt8] = []
        if let body {
            fields.append((name: "Content-Type", value: "application/json"))
            bytes = try Self.filled(body, values).bytes
        }
        return HTTPCall(method: method.rawValue, url: target, headers: fields, body: bytes, timeout: timeout)
    }

    /// Everything but unreserved characters (RFC 3986 §2.3) as UTF-8 in percent signs.
    static func percentEncoded(_ value: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var out: [UInt8] = []
        for byte in value.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "."): out.append(byte)
            default: out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// `{{argument}}` in the texts of a body; values stay values, whatever they hold.
    private static func filled(_ body: JSON, _ values: [String: String]) throws(Mismatch) -> JSON {
        switch body {
        case .string(let text):
            guard text.contains("{{") else { return body }
            var out = ""
            var rest = text[...]
            while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
                out += rest[..<open.lowerBound]
                let name = rest[open.upperBound..<close.lowerBound].filter { $0 != " " }
                guard let value = values[name] else { throw Mismatch(explanation: "the body wants \(name), which the article does not give") }
                out += value
                rest = rest[close.upperBound...]
            }
            return .string(out + rest)
        case .array(let items):
            var filled: [JSON] = []
            for item in items { filled.append(try Self.filled(item, values)) }
            return .array(filled)
        case .object(let members):
            var filled: [JSON.Member] = []
            for member in members { filled.append(JSON.Member(member.name, try Self.filled(member.value, values))) }
            return .object(filled)
        case .null, .bool, .integer, .number:
            return body
        }
    }

    /// What a try came to.
    enum Verdict: Sendable, Hashable {
        case ended(CallOutcome)
        /// The same request may go out again. `mayBeDone`: this try may have done its work already.
        case again(String, after: Duration?, mayBeDone: Bool)
    }

    /// What an answer says. Only 2xx with JSON of the expected shape is one.
    func verdict(_ reply: HTTPReply, now: Timestamp, language: String) -> Verdict {
        switch reply.status {
        case 200..<300:
            guard !response.isEmpty else { return .ended(.answered([:])) }
            guard let json = try? JSON(parsing: reply.body), json.members != nil else {
                // Done, but not told how: what was to be changed may be changed.
                return .ended(changes ? .unknown("the answer is no JSON object of at most 64 KiB") : .failed("the answer is no JSON object of at most 64 KiB"))
            }
            return .ended(.answered(fields(of: json, language)))
        case 404:
            return .ended(.notFound)
        case 408, 425, 429, 500...599:
            let why = "status \(reply.status)"
            if isRepeatable { return .again(why, after: reply.retryAfter(now: now), mayBeDone: changes && reply.status != 425 && reply.status != 429) }
            return .ended(reply.status == 429 ? .failed(why) : .unknown(why))
        default:
            return .ended(.failed("status \(reply.status)"))
        }
    }

    func verdict(_ failure: HTTPCallFailure) -> Verdict {
        switch failure {
        case .notSent(let why): .again("not reached: \(why)", after: nil, mayBeDone: false)
        case .forbidden(let why): .ended(.failed("may not be called: \(why)"))
        case .unknown(let why): isRepeatable ? .again(why, after: nil, mayBeDone: changes) : .ended(.unknown(why))
        }
    }

    /// The fields that the settings let through and the answer holds as text, number or truth value.
    private func fields(of json: JSON, _ language: String) -> [String: String] {
        var fields: [String: String] = [:]
        for path in response {
            var value: JSON? = json
            for part in path.split(separator: ".") { value = value?[String(part)] }
            switch value {
            case .string(let text) where text.count <= AnswerTemplate.longestValue: fields[path] = text
            case .integer(let number): fields[path] = String(number)
            case .number: fields[path] = value?.text
            case .bool(let truth): fields[path] = language.hasPrefix("it") ? truth ? "sì" : "no" : truth ? "yes" : "no"
            default: break
            }
        }
        return fields
    }
}
