package com.datashop.gateway.log.shared;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.metrics.Registry;
import com.datashop.gateway.replay.Archive;
import java.io.IOException;
import java.util.List;

/// A program elsewhere that holds the log for many nodes. This is all that [BrokerLog] needs from it.
///
/// ## What must hold
///
/// 1. **Order.** The broker gives each event its id. All nodes read all events in the order of their ids, and each
///    event once. It never gives an id twice. It never gives an id below one that a node has read, even after it has
///    lost the end of the log.
/// 2. **Durable.** What [Reading#next()] returns is as durable as the broker makes anything. So an event is durable
///    when a subscriber gets it, and a publish is answered after that.
/// 3. **Whole.** A batch is stored whole or not at all. Its events are next to each other, and the last one says so.
/// 4. **Known again.** An event that is read has the token of its batch, as [#encode] got it. By this token alone a
///    node recognises its own events.
/// 5. **Nothing lost in silence.** Where the log has lost events, or dropped them before this node read them, the
///    reader comes upon an [Entry.Hole]. Where it holds an event that this node can not take, the reader comes upon an
///    [Entry.TooLarge].
/// 6. **Nothing taken on trust.** Others may write to the log. An entry that would be refused as a publish is an
///    [Entry.Foreign]. No entry of any size costs more memory than a bound, which the code for the broker derives from
///    the heap.
///
/// ## Who calls what
///
/// | method | thread |
/// | --- | --- |
/// | [#begin()], [#origin()], [#warmFrom] | the one that starts the gateway, before all others |
/// | [#end()] | the same, while the reader runs |
/// | [#read], and the [Reading] that it returns | the reader's; [Reading#close()] any |
/// | [#write()], and the [Writing] that it returns | the writer's; [Writing#close()] any |
/// | [#encode] | any, many at once: a publisher's; it waits for nothing |
/// | [#archive()], [#kind()], [#largest()], [#declare], [#close()] | any |
///
/// ## What a failure means
///
/// An `IOException` says that the connection can not be used any more. Its message names the cause in one line, for
/// the operator and for the publisher that is refused. The caller closes the connection and connects anew after a
/// wait. It does not know what became of requests that were under way: they may be stored, and the reader finds out. A
/// refusal of the broker is not a failure: [Writing#write] and [Writing#probe()] return it, and the connection lives
/// on. The text of one cause does not change, because the node logs each new text.
public interface Broker extends AutoCloseable {
    /// Checks that everything that will be needed is allowed, and makes the log if there is none. Called once, first.
    void begin() throws IOException;

    /// Whether a failure at the start passes by itself soon, because the broker has only just started.
    boolean mayPass(IOException failed);

    /// The place before the first event that the log ever held, as far as it is known.
    EventId origin() throws IOException;

    /// A place after which about this many bytes of events follow. After it the log has lost nothing.
    EventId warmFrom(long bytes) throws IOException;

    /// The place that the log has come to. Everything up to this place can be read.
    EventId end() throws IOException;

    /// Connects to read the events after the place.
    Reading read(EventId place) throws IOException;

    /// Connects to store batches.
    Writing write() throws IOException;

    /// The most data of one event that this node can read back, in bytes. It refuses a publish that has more.
    long largest();

    /// The request to store the batch under the token.
    byte[] encode(List<Draft> batch, String token);

    /// The archive. It reads on connections of its own.
    Archive archive();

    /// The name of its kind, in one word.
    String kind();

    /// Declares its counters.
    void declare(Registry registry);

    /// Ends all its connections, whatever they are doing.
    @Override
    void close();

    /// The cause of a failure, in one line.
    static String message(IOException failed) {
        return failed.getMessage() == null ? failed.toString() : failed.getMessage();
    }
}
