package import ChannelKit
import Logging
import Mail
import Messages

/// The mailbox of a channel that has one: a connection for each folder, each with a life of its own.
extension EmailAdapter: ConnectionHolder {
    package var holdsConnections: Bool { mailbox != nil }
    package var connections: [ConnectionState] { mailboxStatus?.all ?? [] }

    package func run(_ inbox: any Inbox) async throws(ConnectionFailure) {
        guard let mailbox, let mailboxStatus else { return }
        let reading = EmailEvent.Reading(ownAddresses: Set(addresses.map(\.key)), marks: marks, authservID: mailbox.authservID, suffixes: suffixes, now: context.now)
        await withTaskGroup(of: Void.self) { group in
            for folder in mailbox.folders {
                group.addTask {
                    var context = self.context
                    context.logger[metadataKey: "folder"] = "\(folder)"
                    let reader = MailboxReader(mailbox, folder: folder, context: context, status: mailboxStatus) { raw, size in
                        EmailEvent.make(raw, folder: folder, excerptOf: size, reading)
                    }
                    await reader.run(inbox)
                }
            }
        }
    }
}
