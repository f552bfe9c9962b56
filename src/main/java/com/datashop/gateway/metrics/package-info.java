/// What the gateway counts about itself, and the text that Prometheus reads.
///
/// A metric is made by whoever counts with it, and declared once, with its name and help, in the [com.datashop.gateway.metrics.Registry].
/// Counting takes no lock and knows no names. Every series is there from the declaration on: labels are the constants of an enum, so
/// nothing that a client sends can make another one.
package com.datashop.gateway.metrics;
