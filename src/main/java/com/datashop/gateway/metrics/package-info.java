/// The numbers that the gateway counts about itself, and the text that Prometheus reads.
///
/// The code that counts makes the metric. It is declared once, with its name and help, in the
/// [com.datashop.gateway.metrics.Registry]. Counting takes no lock and knows no names. Every series exists from its
/// declaration on: the values of labels are the constants of an enum, so nothing that a client sends can add one.
package com.datashop.gateway.metrics;
