/// The bound on what clients can make this node hold.
package com.datashop.gateway.heap;
