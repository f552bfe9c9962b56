package com.datashop.gateway.log.shared;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.event.EventId;
import com.datashop.gateway.metrics.Registry;
import com.datashop.gateway.replay.Archive;
import java.io.IOException;
import java.util.List;

/// A program elsewhere that holds the log for many nodes: all that [BrokerLog] needs of one.
///
/// ## What must hold
///
/// 1. **Order.** The broker gives each event its id. All nodes read all events in the order of their ids, and each
///    event once. No id is given twice, and none below one that any node has read, even when the broker has lost its
///    end.
/// 2. **Durable.** What [Reading#next()] returns is as durable as the broker makes anything. So an event is durable
///    when a subscriber gets it, and a publish is answered after that.
/// 3. **Whole.** A batch is stored whole or not at all. Its events are next to each other, and the last one says so.
/// 4. **Known again.** An event that is read has the token of its batch, as [#encode] got it. By that alone a node
///    knows its own.
/// 5. **Nothing lost in silence.** Where the log has lost events that it had, or dropped them before this node read
///    them, the reader comes upon an [Entry.Hole]. Where it holds an event that this node can not take, the reader
///    comes upon an [Entry.TooLarge].
/// 6. **Nothing taken on trust.** Others may write to the log. An entry that a publish would be refused for is an
///    [Entry.Foreign]. No entry, whatever its size, costs more memory than a bound that the broker's part of the code
///    derives from the heap.
///
/// ## Who calls what
///
/// | method | thread |
/// | --- | --- |
/// | [#origin()], [#floor] | the one that starts the gateway, before all others |
/// | [#end()] | the same, while the reader runs |
/// | [#read], and the [Reading] that it returns | the reader's; [Reading#close()] any |
/// | [#write()], and the [Writing] that it returns | the writer's; [Writing#close()] any |
/// | [#encode] | any, many at once: a publisher's; it waits for nothing |
/// | [#archive()], [#kind()], [#declare], [#close()] | any |
///
/// ## What a failure means
///
/// An `IOException` says that the connection is no good any more. Its message names the cause in one line, for the
/// operator and for the publisher that is refused. The caller closes what it has and connects anew, after a wait. What
/// was under way is then not known: it may be stored, and the reader finds out. A refusal of the broker is no failure:
/// [Writing#write] and [Writing#probe()] return it, and the connection lives on. The text of one cause does not change,
/// since the log tells each new text.
public interface Broker extends AutoCloseable {
    /// The place before the first event that the log ever held, as far as that is known.
    EventId origin() throws IOException;

    /// Where to begin so that about this many bytes of events follow. The log has lost nothing behind it.
    EventId floor(long bytes) throws IOException;

    /// The place that the log has come to. Everything up to there can be read.
    EventId end() throws IOException;

    /// Connects to read what comes after the place.
    Reading read(EventId place) throws IOException;

    /// Connects to store.
    Writing write() throws IOException;

    /// The request that has the broker store the batch under the token.
    byte[] encode(List<Draft> batch, String token);

    /// What can be read of the past, on connections of its own.
    Archive archive();

    /// What it is, in a word.
    String kind();

    /// Gives its counters their names.
    void declare(Registry registry);

    /// Ends all that it has connected, whatever it is doing.
    @Override
    void close();
}
