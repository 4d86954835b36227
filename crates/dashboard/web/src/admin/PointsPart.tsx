export function PointsPart() { return null; }
