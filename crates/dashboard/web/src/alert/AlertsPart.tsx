export function AlertsPart() { return null; }
