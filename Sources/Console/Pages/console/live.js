// The stream of events. The browser reconnects by itself while it can; when it gives up (a refused answer), we go on.

/**
 * Opens `/events`. `changed({id, owner})` for each conversation that changed; `stale()` when anything may have been missed
 * (a reset, a new connection, a long sleep): load again what is shown; `state("connecting" | "live" | "broken")`;
 * `articleChanged()` for each article that changed;
 * `refused()` when the server closed the stream, which also happens when the session is over: ask it.
 * Returns a function that ends it.
 */
export function openLive({ changed, articleChanged = () => {}, stale, state, refused }) {
    let source = null, timer = null, tries = 0, opened = false, ended = false, heard = Date.now();

    function connect() {
        timer = null;
        source = new EventSource("/events");
        source.addEventListener("open", () => {
            heard = Date.now();
            tries = 0;
            state("live");
            // The first opening races with the first loading; every later one may follow a gap.
            stale();
            opened = true;
        });
        source.addEventListener("conversation", event => {
            heard = Date.now();
            let value = null;
            try { value = JSON.parse(event.data); } catch { /* Not readable: treated as something missed. */ }
            if (typeof value?.id === "string") changed({ id: value.id, owner: value.owner });
            else stale();
        });
        source.addEventListener("article", () => { heard = Date.now(); articleChanged(); });
        source.addEventListener("reset", () => { heard = Date.now(); stale(); });
        source.addEventListener("error", () => {
            if (ended) return;
            state(opened ? "broken" : "connecting");
            if (source.readyState === EventSource.CLOSED) retry();
        });
    }

    async function retry() {
        source.close();
        tries += 1;
        // 1, 2, 4 … 30 seconds, spread out so that a restarted server is not met by everyone at once.
        const wait = Math.min(30_000, 1000 * 2 ** (tries - 1)) * (0.75 + Math.random() / 2);
        await refused();
        if (!ended && timer === null) timer = setTimeout(connect, wait);
    }

    function woken() {
        if (document.visibilityState !== "visible") return;
        // A phone that slept may hold a dead connection that nothing has noticed yet.
        if (Date.now() - heard > 60_000) { heard = Date.now(); stale(); }
        if (timer !== null) { clearTimeout(timer); connect(); }
    }

    document.addEventListener("visibilitychange", woken);
    addEventListener("online", woken);
    state("connecting");
    connect();

    return () => {
        ended = true;
        clearTimeout(timer);
        source.close();
        document.removeEventListener("visibilitychange", woken);
        removeEventListener("online", woken);
    };
}
