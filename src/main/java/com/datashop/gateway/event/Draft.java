package com.datashop.gateway.event;

/// A log entry that has not entered the log yet: an event without its place.
///
/// @param timestamp milliseconds since 1970
/// @param data the publisher's JSON value, compact: UTF-8, with no white space between tokens
public record Draft(Channel channel, long timestamp, byte[] data) { }
