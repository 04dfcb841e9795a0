import CCurl
import CLinux
import Glibc
import Synchronization

/// The thread that runs libcurl's multi interface. It starts with the first call.
// SAFETY: `multi` may be woken from any thread (curl_multi_wakeup is made for it); everything else that changes is in the Mutex or touched by the
// worker's thread only.
final class TransferWorker: @unchecked Sendable {
    private struct Shared {
        var arriving: [Transfer] = []
        var isRunning = false
        var isStopping = false
    }

    private let shared = Mutex(Shared())
    private let multi: UnsafeMutableRawPointer?
    private let extraAuthorities: String?
    private var running: [ObjectIdentifier: Transfer] = [:]

    private static let initialised = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(extraAuthorities: String?) {
        self.extraAuthorities = extraAuthorities
        multi = TransferWorker.initialised ? curl_multi_init() : nil
        if let multi {
            _ = c_multi_setopt_long(multi, CURLMOPT_MAXCONNECTS, 64)
            _ = c_multi_setopt_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, 256)
            _ = c_multi_setopt_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, 32)
        }
    }

    func begin(_ transfer: Transfer) {
        guard multi != nil else { return transfer.finish(CURLE_FAILED_INIT) }
        let mustStart = shared.withLock { shared in
            shared.arriving.append(transfer)
            defer { shared.isRunning = true }
            return !shared.isRunning
        }
        if mustStart { start() } else { curl_multi_wakeup(multi) }
    }

    func cancel(_ transfer: Transfer) {
        transfer.isCancelled.store(true, ordering: .relaxed)
        curl_multi_wakeup(multi)
    }

    /// Ends the thread once the calls that run have ended.
    func stop() {
        shared.withLock { $0.isStopping = true }
        if multi != nil { curl_multi_wakeup(multi) }
    }

    private func start() {
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                c_name_thread("http-client")
                Unmanaged<TransferWorker>.fromOpaque(argument).takeRetainedValue().work()
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        precondition(result == 0, "no thread for outgoing calls")
        pthread_detach(thread)
    }

    private func work() {
        while true {
            let (arriving, stopping) = shared.withLock { shared in
                defer { shared.arriving = [] }
                return (shared.arriving, shared.isStopping)
            }
            for transfer in arriving { add(transfer) }
            for transfer in running.values where transfer.isCancelled.load(ordering: .relaxed) { end(transfer, CURLE_ABORTED_BY_CALLBACK) }
            if stopping && running.isEmpty { return }
            var active: Int32 = 0
            curl_multi_perform(multi, &active)
            var left: Int32 = 0
            while let message = curl_multi_info_read(multi, &left) {
                guard message.pointee.msg == CURLMSG_DONE else { continue }
                let code = c_multi_result(message)
                var context: UnsafeMutableRawPointer?
                _ = c_easy_getinfo_pointer(message.pointee.easy_handle, CURLINFO_PRIVATE, &context)
                if let context { end(Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue(), code) }
            }
            curl_multi_poll(multi, nil, 0, running.isEmpty ? 60_000 : 1000, nil)
        }
    }

    private func add(_ transfer: Transfer) {
        guard transfer.prepare(extraAuthorities: extraAuthorities), let handle = transfer.handle, curl_multi_add_handle(multi, handle) == CURLM_OK else {
            transfer.finish(CURLE_OUT_OF_MEMORY)
            transfer.dispose()
            return
        }
        running[ObjectIdentifier(transfer)] = transfer
    }

    private func end(_ transfer: Transfer, _ code: CURLcode) {
        guard running.removeValue(forKey: ObjectIdentifier(transfer)) != nil, let handle = transfer.handle else { return }
        curl_multi_remove_handle(multi, handle)
        transfer.finish(code)
        transfer.dispose()
    }

    deinit {
        if let multi { curl_multi_cleanup(multi) }
    }
}
