import ChannelKit
import Glibc
import Mail
import Messages

extension EmailAdapter {
    /// Takes `dkim` out of the settings: `{ domain, keys: [{ selector, file | key }] }`; nil when it is not there. Keys are read here, so that a
    /// wrong one is reported before anything is sent.
    static func signer(_ settings: inout AdapterSettings, for address: MailAddress) throws(ConfigurationProblem) -> DKIMSigner? {
        guard let value = settings.take("dkim") else { return nil }
        guard case .object(let members) = value else { throw ConfigurationProblem("settings.dkim", "must be { domain, keys: [{ selector, file }] }") }
        for member in members where !["domain", "keys"].contains(member.name) { throw ConfigurationProblem("settings.dkim.\(member.name)", "is not a setting of this adapter") }
        var domain = address.domain
        if let said = value["domain"], !said.isNull {
            guard let text = said.string?.lowercased(), text == domain || domain.hasSuffix(".\(text)"), text.contains(".") else {
                throw ConfigurationProblem("settings.dkim.domain", "must be \(domain) or the domain above it: receivers want the signature to fit the address")
            }
            domain = text
        }
        guard let list = value["keys"]?.array, (1...2).contains(list.count) else {
            throw ConfigurationProblem("settings.dkim.keys", "must be a list of one or two keys: [{ selector, file }]")
        }
        var keys: [DKIMSigner.Key] = []
        for (index, item) in list.enumerated() {
            let place = "settings.dkim.keys[\(index)]"
            guard case .object(let members) = item else { throw ConfigurationProblem(place, "must be { selector, file }") }
            for member in members where !["selector", "file", "key"].contains(member.name) {
                throw ConfigurationProblem("\(place).\(member.name)", "is not a setting of this adapter")
            }
            guard let selector = item["selector"]?.string?.lowercased(), !selector.isEmpty, selector.utf8.count <= 63,
                selector.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D || $0 == 0x2E })
            else { throw ConfigurationProblem("\(place).selector", "must be a name such as s2026") }
            guard !keys.contains(where: { $0.selector == selector }) else { throw ConfigurationProblem("\(place).selector", "stands there twice") }
            let pem: [UInt8]
            let source: String
            switch (item["file"]?.string, item["key"]?.string) {
            case (let path?, nil):
                source = "file"
                guard let octets = file(path) else { throw ConfigurationProblem("\(place).file", "cannot be read: \(String(cString: strerror(errno)))") }
                pem = octets
            case (nil, let text?):
                source = "key"
                pem = Array(text.utf8)
            default: throw ConfigurationProblem(place, "needs a file with the private key, or the key itself as key")
            }
            do throws(DKIMKeyProblem) {
                keys.append(DKIMSigner.Key(selector: selector, key: try DKIMPrivateKey(pem: pem)))
            } catch {
                throw ConfigurationProblem("\(place).\(source)", error.explanation)
            }
        }
        // The RSA signature stands last, next to the message: old receivers that look at one only mostly take that.
        keys.sort { !$0.key.isRSA && $1.key.isRSA }
        return DKIMSigner(domain: domain, keys: keys)
    }

    /// At most 64 KiB.
    private static func file(_ path: String) -> [UInt8]? {
        let number = open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return nil }
        defer { close(number) }
        var octets = [UInt8](repeating: 0, count: 65_536)
        let count = read(number, &octets, octets.count)
        return count < 0 ? nil : Array(octets[..<count])
    }
}
