// A log event, as the gateway sends it.
import { levelOf } from '../shared/levels.js';

/** An event, whose data is parsed when somebody asks for it. */
export class LogEvent {
  /**
   * The members of the envelope as the gateway writes them, in this order: the data is the rest, and needs no parsing
   * to be found.
   */
  static #envelope = /^\{"channel":"([^"\\]*)","id":"([0-9]+-[0-9]+)","timestamp":(-?[0-9]+),"data":/;

  /** @param json what is behind `data:` */
  constructor(json) {
    const head = LogEvent.#envelope.exec(json);
    if (head) {
      this.channel = head[1];
      this.id = head[2];
      this.timestamp = Number(head[3]);
      this.text = json.slice(head[0].length, -1);
    } else { // a later version of the gateway: the tokens may then be written another way, as in 1.0 for 1.00
      const { channel, id, timestamp, data } = JSON.parse(json);
      Object.assign(this, { channel, id, timestamp, text: JSON.stringify(data) });
    }
  }

  /** The value that the publisher sent. */
  get data() {
    return JSON.parse(this.text);
  }

  /** The level that the data names, as the gateway reads it for `level=`: 'error', say, or null. */
  get level() {
    return levelOf(this.data);
  }
}
