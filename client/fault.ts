/** What a person can mend: the message says what was expected, what was found and what to do. */
export class LakeFault extends Error {}
