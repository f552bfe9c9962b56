import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Kafka's own client: `produce SERVER TOPIC KEY` writes events in each way there is, and `consume SERVER TOPIC` prints
/// a line for each record: offset, key, value, and the names of its headers.
void main(String[] args) throws Exception {
    if (args[0].equals("produce")) produce(args[1], args[2], args[3]);
    else consume(args[1], args[2]);
}

void produce(String server, String topic, String key) throws Exception {
    for (var compression : List.of("none", "gzip", "snappy", "lz4", "zstd"))
        try (var producer = producer(server, Map.of("compression.type", compression))) {
            producer.send(new ProducerRecord<>(topic, key, "\"" + compression + "\"")).get();
        }
    try (var producer = producer(server, Map.of("transactional.id", "test"))) {
        producer.initTransactions();
        for (var fate : List.of("aborted", "committed", "aborted again")) {
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, key, "\"" + fate + "\"")).get();
            producer.send(new ProducerRecord<>(topic, key, "\"" + fate + ", second\"")).get();
            if (fate.equals("committed")) producer.commitTransaction();
            else producer.abortTransaction();
        }
    }
    try (var producer = producer(server, Map.of())) {
        producer.send(new ProducerRecord<>(topic, key, "\"last\"")).get();
    }
}

KafkaProducer<String, String> producer(String server, Map<String, String> more) {
    var settings = new Properties();
    settings.putAll(Map.of("bootstrap.servers", server, "key.serializer", StringSerializer.class.getName(),
            "value.serializer", StringSerializer.class.getName()));
    settings.putAll(more);
    return new KafkaProducer<>(settings);
}

void consume(String server, String topic) {
    var settings = new Properties();
    settings.putAll(Map.of("bootstrap.servers", server, "key.deserializer", StringDeserializer.class.getName(),
            "value.deserializer", StringDeserializer.class.getName(), "isolation.level", "read_committed"));
    try (var consumer = new KafkaConsumer<String, String>(settings)) {
        var partitions = List.of(new TopicPartition(topic, 0));
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        long end = consumer.endOffsets(partitions).get(partitions.getFirst());
        while (consumer.position(partitions.getFirst()) < end)
            for (var record : consumer.poll(Duration.ofSeconds(1))) {
                var headers = new ArrayList<String>();
                record.headers().forEach(header -> headers.add(header.key()));
                IO.println(record.offset() + " " + record.key() + " " + record.value() + " " + headers);
            }
    }
}
