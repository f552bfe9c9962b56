import com.launchdarkly.eventsource.ConnectStrategy;
import com.launchdarkly.eventsource.ErrorStrategy;
import com.launchdarkly.eventsource.MessageEvent;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.sse.SseEventSource;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.util.retry.Retry;

/// Clients from Maven Central in one process, each following the stream that the argument names; a line for each log
/// event: which client, and the id.
void main(String[] args) throws Exception {
    var url = args[0];
    okHttpSse(url);
    launchDarkly(url);
    jersey(url, "");
    spring(url);
    Thread.currentThread().join();
}

void note(String client, String id) {
    IO.println(client + " " + id);
}

/// It does not come back by itself: who uses it opens a new one after the last id.
void okHttpSse(String url) {
    var http = new OkHttpClient.Builder().readTimeout(Duration.ZERO).build();
    var last = new AtomicReference<>("");
    open(EventSources.createFactory(http), url, last);
}

void open(EventSource.Factory factory, String url, AtomicReference<String> last) {
    factory.newEventSource(new Request.Builder().url(url).header("Last-Event-ID", last.get()).build(),
            new EventSourceListener() {
        @Override
        public void onEvent(EventSource source, String id, String type, String data) {
            if (id != null) last.set(id);
            if (type == null) note("okhttp-sse", id);
        }

        @Override
        public void onClosed(EventSource source) {
            again();
        }

        @Override
        public void onFailure(EventSource source, Throwable failure, Response response) {
            again();
        }

        private void again() {
            later(() -> open(factory, url, last));
        }
    });
}

void launchDarkly(String url) {
    var source = new com.launchdarkly.eventsource.EventSource.Builder(ConnectStrategy.http(URI.create(url)))
            .errorStrategy(ErrorStrategy.alwaysContinue()).build();
    Thread.startVirtualThread(() -> {
        for (MessageEvent event : source.messages())
            if (event.getEventName().equals("message")) note("okhttp-eventsource", event.getLastEventId());
    });
}

/// It comes back when a stream ends, but when nobody listens then, it is done: who uses it opens another, and as that
/// can not be given a header, the id goes into the URL.
void jersey(String url, String last) {
    var cursor = new AtomicReference<>(last);
    var target = ClientBuilder.newClient().target(url + "&lastEventId=" + last);
    var source = SseEventSource.target(target).reconnectingEvery(500, TimeUnit.MILLISECONDS).build();
    source.register(event -> {
        if (event.getId() != null) cursor.set(event.getId());
        if (event.getName() == null) note("jersey", event.getId());
    }, failure -> later(() -> {
        source.close();
        jersey(url, cursor.get());
    }));
    source.open();
}

void later(Runnable what) {
    Thread.startVirtualThread(() -> {
        try {
            Thread.sleep(500);
            what.run();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    });
}

void spring(String url) {
    var client = WebClient.builder().clientConnector(new JdkClientHttpConnector()).build();
    var last = new AtomicReference<>("");
    Flux.defer(() -> client.get().uri(URI.create(url)).header("Last-Event-ID", last.get()).retrieve()
            .bodyToFlux(new ParameterizedTypeReference<ServerSentEvent<String>>() { }))
            .repeat().retryWhen(Retry.fixedDelay(Long.MAX_VALUE, Duration.ofMillis(500)))
            .subscribe(event -> {
                if (event.id() != null) last.set(event.id());
                if (event.event() == null) note("spring", event.id());
            });
}
