// swift-tools-version: 6.2
import PackageDescription

/// One list of settings for every target of ours: Swift 6 mode, the upcoming features that make imports and isolation explicit, and no
/// warning left standing.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
]

let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let yaml: Target.Dependency = .product(name: "Yams", package: "Yams")

/// A layer of the program. What it may import is what is listed here: SwiftPM makes an arrow that points up a build error.
func layer(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: house)
}

/// One kind of channel, in a folder of its own.
func adapter(_ folder: String, _ name: String, _ more: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: ["ChannelKit", "Messages"] + more, path: "adapters/\(folder)/Sources", swiftSettings: house)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: house)
}

func adapterTests(_ folder: String, _ name: String, _ more: [Target.Dependency] = []) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: [.byName(name: name), "ChannelKit", "Messages"] + more, path: "adapters/\(folder)/Tests", swiftSettings: house)
}

func library(_ name: String, _ package: String, apt: String) -> Target {
    .systemLibrary(name: name, path: "Sources/\(name)", pkgConfig: package, providers: [.apt([apt])])
}

let package = Package(
    name: "centralino",
    products: [.executable(name: "centralino", targets: ["CentralinoCommand"])],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .target(name: "CLinux", path: "Sources/CLinux"),
        library("COpenSSL", "openssl", apt: "libssl-dev"),
        library("CZlib", "zlib", apt: "zlib1g-dev"),
        library("CCurl", "libcurl", apt: "libcurl4-openssl-dev"),
        library("CGMime", "gmime-3.0", apt: "libgmime-3.0-dev"),
        library("CGumbo", "gumbo", apt: "libgumbo-dev"),
        .target(name: "CGumboGuard", dependencies: ["CGumbo"]),
        .systemLibrary(name: "CCMark", path: "Sources/CCMark", pkgConfig: "libcmark", providers: [.apt(["libcmark-dev"])]),
        .systemLibrary(name: "CStemmer", path: "Sources/CStemmer", providers: [.apt(["libstemmer-dev"])]),

        layer("Messages", []),
        layer("Wire", ["CLinux", "COpenSSL"]),
        layer("HTTP", ["Wire", "CLinux", "CZlib", "CCurl", "COpenSSL", httpTypes]),
        layer("Conversations", ["Messages"]),
        layer("Knowledge", ["Messages", "CStemmer", yaml]),
        layer("ChannelKit", ["Messages", "COpenSSL", log]),
        layer("Mail", ["Messages", "CGMime", "COpenSSL", "CGumbo", "CGumboGuard"]),
        layer("Storage", ["Messages", "Conversations", "CLinux", "COpenSSL"]),
        layer("StorageSQLite", ["Storage", "Messages", .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift")]),
        layer("Gateway", ["Messages", "ChannelKit", "Conversations", "Knowledge", "Storage", log]),
        layer(
            "Console", ["Messages", "ChannelKit", "Gateway", "HTTP", "Conversations", "Knowledge", "Storage", "CCMark", "COpenSSL", httpTypes, log], resources: [.copy("Pages")]),

        adapter("standard-webhooks", "StandardWebhooksAdapter"),
        adapter("cloudevents", "CloudEventsAdapter"),
        adapter("line", "LineAdapter", [log]),
        adapter("email", "EmailAdapter", ["Mail", log]),

        .executableTarget(
            name: "CentralinoCommand",
            dependencies: [
                "Messages", "Wire", "HTTP", "Conversations", "Knowledge", "ChannelKit", "Mail", "Storage", "StorageSQLite", "Gateway", "Console",
                "StandardWebhooksAdapter", "CloudEventsAdapter", "LineAdapter", "EmailAdapter", "CLinux",
                .product(name: "ArgumentParser", package: "swift-argument-parser"), log, httpTypes, yaml,
            ],
            resources: [.copy("Demo"), .copy("Tables")],
            swiftSettings: house),
        .executableTarget(name: "MailBench", dependencies: ["Mail", "Messages"], path: "bench/MailBench", swiftSettings: house),

        tests("MessagesTests", ["Messages"], exclude: ["Fixtures"]),
        tests("ChannelKitTests", ["ChannelKit", "Messages"]),
        tests("WireTests", ["Wire"]),
        tests("HTTPTests", ["HTTP", "Wire", httpTypes], resources: [.copy("Fixtures")]),
        tests("ConversationsTests", ["Conversations", "Messages"]),
        tests("KnowledgeTests", ["Knowledge", "Messages"], exclude: ["Fixtures"]),
        tests("MailTests", ["Mail", "Messages"], resources: [.copy("Fixtures")]),
        tests("StorageTests", ["Storage", "StorageSQLite", "Conversations", "Messages"]),
        tests("GatewayTests", ["Gateway", "ChannelKit", "Storage", "StorageSQLite", "Conversations", "Knowledge", "Messages", log]),
        tests("ConsoleTests", ["Console", "Messages", "Gateway", "HTTP", "Wire", "Conversations", "Knowledge", "ChannelKit", "Storage", "StorageSQLite", httpTypes, log]),
        adapterTests("standard-webhooks", "StandardWebhooksAdapter", [log]),
        adapterTests("cloudevents", "CloudEventsAdapter", [log]),
        adapterTests("line", "LineAdapter", [log]),
        adapterTests("email", "EmailAdapter", ["Mail", log]),
    ]
)
