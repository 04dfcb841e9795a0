import Foundation
import Testing
import Wire

@Suite(.timeLimit(.minutes(3))) struct TLSTests {
    /// A certificate of its own making for the names given, in a new folder.
    struct Certificate {
        let folder: URL
        var file: String { folder.appendingPathComponent("cert.pem").path }
        var key: String { folder.appendingPathComponent("key.pem").path }

        init(_ names: String = "DNS:mail.test,IP:127.0.0.1") throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("wire-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try make(names)
        }

        func make(_ names: String) throws {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
            process.arguments = [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=\(names)",
                "-out", file, "-keyout", key,
            ]
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            try #require(process.terminationStatus == 0)
        }

        func remove() { try? FileManager.default.removeItem(at: folder) }
    }

    @Test(arguments: ["mail.test", "127.0.0.1"])
    func `bytes go both ways under a name or an address that the certificate has`(_ host: String) async throws {
        let certificate = try Certificate()
        defer { certificate.remove() }
        let identity = try TLSServerIdentity(certificateFile: certificate.file, keyFile: certificate.key)
        let trust = try TLSClientTrust(extraAuthorities: certificate.file)
        try await withListener(
            loops: 2,
            handler: { stream in
                do { try await stream.startTLS(server: identity, within: .seconds(50)) } catch { return }
                await echo(stream)
            }
        ) { listener, group in
            let stream = try await connect(listener, group)
            defer { stream.close() }
            try await stream.startTLS(client: trust, host: host, within: .seconds(50))
            #expect(stream.isEncrypted)
            let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 17) }
            async let writing: Void = stream.write(bytes, within: .seconds(30))
            #expect(try await read(bytes.count, from: stream) == bytes)
            try await writing
        }
    }

    @Test func `another name, an unknown authority and plain text are insecure`() async throws {
        let certificate = try Certificate()
        defer { certificate.remove() }
        let identity = try TLSServerIdentity(certificateFile: certificate.file, keyFile: certificate.key)
        let trusting = try TLSClientTrust(extraAuthorities: certificate.file)
        let usual = try TLSClientTrust()
        try await withListener(handler: { stream in
            do { try await stream.startTLS(server: identity, within: .seconds(50)) } catch { return }
            await echo(stream)
        }) { listener, group in
            for (trust, host) in [(trusting, "other.test"), (trusting, "127.0.0.2"), (usual, "mail.test")] {
                let stream = try await connect(listener, group)
                let error = await #expect(throws: WireError.self) { try await stream.startTLS(client: trust, host: host, within: .seconds(50)) }
                guard case .insecure = error else {
                    Issue.record("\(host): \(String(describing: error))")
                    return
                }
                stream.close()
            }
        }
        try await withListener(handler: echo) { listener, group in
            let stream = try await connect(listener, group)
            defer { stream.close() }
            let error = await #expect(throws: WireError.self) { try await stream.startTLS(client: trusting, host: "mail.test", within: .seconds(50)) }
            guard case .insecure = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func `a handshake that does not come is given up`() async throws {
        let certificate = try Certificate()
        defer { certificate.remove() }
        let trust = try TLSClientTrust(extraAuthorities: certificate.file)
        try await withListener(handler: { stream in try? await stream.waitPeerGone(within: .seconds(20)) }) { listener, group in
            let stream = try await connect(listener, group)
            defer { stream.close() }
            await #expect(throws: WireError.timedOut) { try await stream.startTLS(client: trust, host: "mail.test", within: .milliseconds(50)) }
        }
    }

    @Test func `a reload serves the new certificate to new connections and keeps the old one when it cannot`() async throws {
        let certificate = try Certificate()
        defer { certificate.remove() }
        let identity = try TLSServerIdentity(certificateFile: certificate.file, keyFile: certificate.key)
        let before = try TLSClientTrust(extraAuthorities: certificate.file)
        try certificate.make("DNS:new.test")
        let after = try TLSClientTrust(extraAuthorities: certificate.file)
        try identity.reload()
        #expect(try #require(identity.expires) > Int64(Date().timeIntervalSince1970) + 86_400)
        try Data("nothing".utf8).write(to: URL(fileURLWithPath: certificate.key))
        #expect(throws: WireError.self) { try identity.reload() }
        try await withListener(handler: { stream in
            do { try await stream.startTLS(server: identity, within: .seconds(50)) } catch { return }
            await echo(stream)
        }) { listener, group in
            let old = try await connect(listener, group)
            let new = try await connect(listener, group)
            await #expect(throws: WireError.self) { try await old.startTLS(client: before, host: "mail.test", within: .seconds(50)) }
            try await new.startTLS(client: after, host: "new.test", within: .seconds(50))
            old.close()
            new.close()
        }
    }

    @Test func `files that do not fit are refused by name`() throws {
        let one = try Certificate()
        let two = try Certificate()
        defer {
            one.remove()
            two.remove()
        }
        for (certificate, key, named) in [
            ("/nonexistent/cert.pem", one.key, "/nonexistent/cert.pem"), (one.key, one.key, one.key), (one.file, two.key, two.key), (one.file, one.file, one.file),
        ] {
            let error = #expect(throws: WireError.self) { _ = try TLSServerIdentity(certificateFile: certificate, keyFile: key) }
            guard case .invalid(let line) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(line.contains(named) && !line.contains("\n"))
        }
    }
}
