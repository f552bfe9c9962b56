package com.datashop.gateway.log.shared.rabbitmq;

/// The methods of AMQP 0-9-1 and of RabbitMQ that the gateway sends or understands: class and number.
final class Method {
    static final int CONNECTION_START = 10 << 16 | 10;
    static final int CONNECTION_START_OK = 10 << 16 | 11;
    static final int CONNECTION_SECURE = 10 << 16 | 20;
    static final int CONNECTION_TUNE = 10 << 16 | 30;
    static final int CONNECTION_TUNE_OK = 10 << 16 | 31;
    static final int CONNECTION_OPEN = 10 << 16 | 40;
    static final int CONNECTION_OPEN_OK = 10 << 16 | 41;
    static final int CONNECTION_CLOSE = 10 << 16 | 50;
    static final int CONNECTION_CLOSE_OK = 10 << 16 | 51;
    static final int CONNECTION_BLOCKED = 10 << 16 | 60;
    static final int CONNECTION_UNBLOCKED = 10 << 16 | 61;
    static final int CHANNEL_OPEN = 20 << 16 | 10;
    static final int CHANNEL_OPEN_OK = 20 << 16 | 11;
    static final int CHANNEL_CLOSE = 20 << 16 | 40;
    static final int CHANNEL_CLOSE_OK = 20 << 16 | 41;
    static final int QUEUE_DECLARE = 50 << 16 | 10;
    static final int QUEUE_DECLARE_OK = 50 << 16 | 11;
    static final int BASIC_QOS = 60 << 16 | 10;
    static final int BASIC_QOS_OK = 60 << 16 | 11;
    static final int BASIC_CONSUME = 60 << 16 | 20;
    static final int BASIC_CONSUME_OK = 60 << 16 | 21;
    static final int BASIC_CANCEL = 60 << 16 | 30;
    static final int BASIC_CANCEL_OK = 60 << 16 | 31;
    static final int BASIC_PUBLISH = 60 << 16 | 40;
    static final int BASIC_RETURN = 60 << 16 | 50;
    static final int BASIC_DELIVER = 60 << 16 | 60;
    static final int BASIC_ACK = 60 << 16 | 80;
    static final int BASIC_NACK = 60 << 16 | 120;
    static final int CONFIRM_SELECT = 85 << 16 | 10;
    static final int CONFIRM_SELECT_OK = 85 << 16 | 11;

    private Method() { }
}
