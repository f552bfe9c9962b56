/// The dialect of Heroku's log drains: syslog messages, each after its length.
package com.datashop.gateway.ingest.logplex;
