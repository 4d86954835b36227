export function DeliveriesPart() { return null; }
