import Gateway
import Glibc
import Messages

extension Settings {
    /// Reads the settings file (if any), the environment and the options of the command line. Everything wrong is reported, not only the first.
    ///
    /// - Parameter file: nil looks for `centralino.yaml` in the working directory and makes do without.
    static func read(file: String?, options: [String: String], demo: Bool, environment: [String: String]) -> (Settings, [SettingsProblem]) {
        let named = file ?? environment["CENTRALINO_CONFIG"]
        let path = named ?? (access("centralino.yaml", F_OK) == 0 ? "centralino.yaml" : nil)
        var tree = SettingsNode.map([], line: 1)
        var problems: [SettingsProblem] = []
        if let path {
            do throws(SettingsProblem) {
                (tree, problems) = try SettingsFile.read(path, environment: environment)
            } catch {
                return (Settings(), [error])
            }
        }
        var reader = SettingsReader(root: tree, file: path, environment: environment, options: options, problems: problems)
        var settings = Settings()
        settings.file = path
        settings.isDemo = demo || path == nil
        settings.read(from: &reader)
        reader.refuseUnknown()
        settings.origins = reader.origins
        settings.lines = reader.lines
        return (settings, reader.problems)
    }

    private mutating func read(from reader: inout SettingsReader) {
        data = reader.text("data", default: isDemo ? "./demo-data" : "./data") ?? data
        if reader.text("database", default: nil) != nil { reader.wrong("database", "this version keeps everything in SQLite files under `data`: remove this setting") }
        http = port("http", http, &reader)
        if http.listen == nil { reader.wrong("http.listen", "the HTTP door cannot be closed: health checks and the console live there") }
        publicURL = reader.text("http.public_url", default: nil)
        if let url = publicURL {
            if !url.hasPrefix("https://") && !url.hasPrefix("http://") || url.hasSuffix("/") {
                reader.wrong("http.public_url", "must be like https://help.example.com, without a slash at the end")
            }
        }
        smtp = port("smtp", smtp, &reader)
        mailHostname = reader.text("smtp.hostname", default: mailHostname) ?? mailHostname
        if mailHostname.isEmpty || !mailHostname.utf8.allSatisfy({ $0.isHostByte }) { reader.wrong("smtp.hostname", "must be a host name, such as mail.example.com") }
        line = port("line", line, &reader)
        knowledge = reader.text("knowledge", default: nil)
        if knowledge == nil, !isDemo { knowledge = "./kb" }
        switch reader.text("knowledge_approval", default: "false") ?? "false" {
        case "true": knowledgeApproval = true
        case "false": break
        case let other: reader.wrong("knowledge_approval", "must be true or false, not \(reader.quoted(other))")
        }
        let wanted = reader.text("answers.precision", default: "0.9") ?? "0.9"
        if let number = Double(wanted), number >= 0.5, number < 1 {
            precision = number
        } else {
            reader.wrong("answers.precision", "must be a number from 0.5 to below 1, not \(reader.quoted(wanted))")
        }
        languageModel = readLanguageModel(&reader)
        answerWithin = .seconds(60 * reader.number("handoff.answer_within_minutes", default: 240, in: 1...100_000))
        limits.header = .seconds(reader.number("limits.header_seconds", default: 10, in: 1...600))
        limits.body = .seconds(reader.number("limits.body_seconds", default: 30, in: 1...3600))
        limits.idle = .seconds(reader.number("limits.idle_seconds", default: 600, in: 1...86_400))
        limits.connections = reader.number("limits.connections", default: 10_000, in: 1...1_000_000)
        limits.connectionsPerAddress = reader.number("limits.connections_per_address", default: 200, in: 1...1_000_000)
        limits.bodyBytes = reader.number("limits.body_bytes", default: 1 << 20, in: 1024...(1 << 20))
        limits.mailBytes = reader.number("limits.mail_bytes", default: 10_485_760, in: 65_536...(64 << 20))
        allowNetworks = reader.texts("outbound.allow_networks")
        logLevel = reader.text("log.level", default: "info") ?? "info"
        if !["debug", "info", "warning", "error"].contains(logLevel) { reader.wrong("log.level", "must be debug, info, warning or error, not \(reader.quoted(logLevel))") }
        readAgents(&reader)
        readChannels(&reader)
    }

    private func port(_ name: String, _ fallback: Port, _ reader: inout SettingsReader) -> Port {
        var port = fallback
        let listen = reader.text("\(name).listen", default: fallback.listen)
        port.listen = listen == "off" ? nil : listen
        if let address = port.listen, !Self.looksLikeAddress(address) {
            reader.wrong("\(name).listen", "must be address:port, such as 127.0.0.1:8080 or [::1]:8080, or off; not \(reader.quoted(address))")
        }
        let certificate = reader.text("\(name).tls.certificate", default: nil)
        let key = reader.text("\(name).tls.key", default: nil)
        switch (certificate, key) {
        case (let certificate?, let key?): port.tls = TLSFiles(certificate: certificate, key: key)
        case (nil, nil): break
        case (_?, nil): reader.wrong("\(name).tls.key", "is missing: a certificate needs its key")
        case (nil, _?): reader.wrong("\(name).tls.certificate", "is missing: a key needs its certificate")
        }
        return port
    }

    private static func looksLikeAddress(_ text: String) -> Bool {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), (0...65_535).contains(port) else { return false }
        let host = text[..<colon]
        return !host.isEmpty && (!host.contains(":") || host.hasPrefix("[") && host.hasSuffix("]"))
    }

    private mutating func readAgents(_ reader: inout SettingsReader) {
        for entry in reader.entries("agents", keys: ["email", "name", "token"]) {
            guard case .scalar(let email, _, _)? = entry.members["email"], email.contains("@"), !email.contains(" ") else {
                reader.wrong("\(entry.path).email", "must be an e-mail address")
                continue
            }
            var agent = Agent(email: email.lowercased(), name: String(email.prefix { $0 != "@" }), token: nil)
            if case .scalar(let name, _, _)? = entry.members["name"] { agent.name = name }
            if case .scalar(let token, _, _)? = entry.members["token"] {
                if token.utf8.count < 16 { reader.wrong("\(entry.path).token", "must be at least 16 characters long") } else { agent.token = token }
            }
            agents.append(agent)
        }
    }

    private func readLanguageModel(_ reader: inout SettingsReader) -> LanguageModel? {
        let url = reader.text("language_model.url", default: nil)
        let model = reader.text("language_model.model", default: nil)
        let key = reader.text("language_model.key", default: nil, isSecret: true)
        let timeout = reader.number("language_model.timeout_seconds", default: 8, in: 1...120)
        let calls = reader.number("language_model.calls_per_hour", default: 600, in: 1...1_000_000)
        let wanted = reader.text("language_model.uses", default: "drafts, summaries") ?? ""
        var uses: Set<Assistant.Use> = []
        for name in wanted.split(separator: ",").map({ $0.filter { $0 != " " } }) {
            guard let use = Assistant.Use(rawValue: name) else {
                reader.wrong("language_model.uses", "must be some of answers, drafts and summaries, with commas between, not \(reader.quoted(name))")
                continue
            }
            uses.insert(use)
        }
        guard let url else {
            if model != nil || key != nil { reader.wrong("language_model.url", "is missing: the address of the endpoint, such as https://models.example/v1") }
            return nil
        }
        if !url.hasPrefix("https://") && !url.hasPrefix("http://") || url.hasSuffix("/") {
            reader.wrong("language_model.url", "must be like https://models.example/v1, without a slash at the end")
        }
        guard let model, !model.isEmpty, model.utf8.count <= 200 else {
            reader.wrong("language_model.model", "is missing: the model's name, as the endpoint knows it")
            return nil
        }
        return LanguageModel(url: url, model: model, key: key, timeout: .seconds(timeout), uses: uses, callsPerHour: calls)
    }

    private mutating func readChannels(_ reader: inout SettingsReader) {
        var names: Set<String> = ["line"]
        for entry in reader.entries("channels", keys: ["name", "adapter", "settings", "secrets"]) {
            guard case .scalar(let name, _, _)? = entry.members["name"], !name.isEmpty, name.utf8.count <= 64, name.utf8.allSatisfy({ $0.isNameByte }) else {
                reader.wrong("\(entry.path).name", "must be 1 to 64 of a-z, 0-9 and -")
                continue
            }
            guard names.insert(name).inserted else {
                reader.wrong("\(entry.path).name", name == "line" ? "the name line belongs to the line protocol" : "two channels are called \(name)")
                continue
            }
            guard case .scalar(let adapter, _, _)? = entry.members["adapter"] else {
                reader.wrong("\(entry.path).adapter", "is missing; known are \(AdapterRegistry.names)")
                continue
            }
            channels.append(
                ChannelSettings(
                    name: name, adapter: adapter, settings: entry.members["settings"]?.json ?? .object([]), secrets: entry.members["secrets"]?.json ?? .object([]), path: entry.path
                ))
        }
    }
}

extension UInt8 {
    fileprivate var isNameByte: Bool { self >= 0x61 && self <= 0x7A || self >= 0x30 && self <= 0x39 || self == 0x2D }
    fileprivate var isHostByte: Bool { isNameByte || self >= 0x41 && self <= 0x5A || self == 0x2E }
}
