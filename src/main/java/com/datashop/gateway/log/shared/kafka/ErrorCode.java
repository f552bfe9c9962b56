package com.datashop.gateway.log.shared.kafka;

/// The error codes of Kafka that the gateway understands, each with words for an operator.
enum ErrorCode {
    NONE(0, ""),
    UNKNOWN_SERVER_ERROR(-1, "the broker has an error of its own"),
    OFFSET_OUT_OF_RANGE(1, "the log does not have this place"),
    CORRUPT_MESSAGE(2, "the broker finds the record batch corrupt"),
    UNKNOWN_TOPIC_OR_PARTITION(3, "there is no such topic"),
    LEADER_NOT_AVAILABLE(5, "the topic's partition has no leader"),
    NOT_LEADER_OR_FOLLOWER(6, "this broker leads the topic's partition no more"),
    REQUEST_TIMED_OUT(7, "the replicas have not taken it in time"),
    MESSAGE_TOO_LARGE(10, "the batch is larger than the topic's max.message.bytes allows"),
    COORDINATOR_LOAD_IN_PROGRESS(14, "the broker is not ready yet"),
    COORDINATOR_NOT_AVAILABLE(15, "the broker is not ready yet"),
    INVALID_TOPIC_EXCEPTION(17, "the topic can not have this name"),
    RECORD_LIST_TOO_LARGE(18, "the batch is larger than the topic's segment.bytes"),
    NOT_ENOUGH_REPLICAS(19, "too few replicas are in sync"),
    NOT_ENOUGH_REPLICAS_AFTER_APPEND(20, "too few replicas have taken it"),
    TOPIC_AUTHORIZATION_FAILED(29, "the user lacks a right on the topic"),
    CLUSTER_AUTHORIZATION_FAILED(31, "the user lacks a right on the cluster"),
    INVALID_TIMESTAMP(32, "the topic takes no record with this timestamp"),
    UNSUPPORTED_SASL_MECHANISM(33, "the brokers do not take this sasl mechanism"),
    ILLEGAL_SASL_STATE(34, "the brokers ask for no user on this port"),
    UNSUPPORTED_VERSION(35, "the broker does not speak this version of the request"),
    TOPIC_ALREADY_EXISTS(36, "the topic is there already"),
    INVALID_REPLICATION_FACTOR(38, "the topic can not have so few replicas"),
    INVALID_CONFIG(40, "the topic can not have such settings"),
    POLICY_VIOLATION(44, "a policy of the brokers forbids it"),
    OUT_OF_ORDER_SEQUENCE_NUMBER(45, "the broker lacks what this node has written before"),
    DUPLICATE_SEQUENCE_NUMBER(46, "the broker has it already"),
    INVALID_PRODUCER_EPOCH(47, "another writes under this node's producer id"),
    KAFKA_STORAGE_ERROR(56, "the broker can not write to its disk"),
    SASL_AUTHENTICATION_FAILED(58, "wrong user or password"),
    UNKNOWN_PRODUCER_ID(59, "the broker does not know this node's producer id any more"),
    FENCED_LEADER_EPOCH(74, "the topic's partition has been given to a leader anew"),
    UNKNOWN_LEADER_EPOCH(75, "the broker does not know yet that it leads the topic's partition"),
    UNSUPPORTED_COMPRESSION_TYPE(76, "the broker does not take this compression"),
    INVALID_RECORD(87, "the broker takes no such record");

    final int number;
    private final String text;

    ErrorCode(int number, String text) {
        this.number = number;
        this.text = text;
    }

    /// The code with this number; [#UNKNOWN_SERVER_ERROR] for a number that the gateway does not know.
    static ErrorCode of(int number) {
        for (var code : values()) if (code.number == number) return code;
        return UNKNOWN_SERVER_ERROR;
    }

    /// The meaning in words.
    String text() {
        return text;
    }
}
