/** How a bar without a first or a last day fades out: masks, for `url(#fade-start)` and `url(#fade-end)`. */

export function Fades() {
  return (
    <defs>
      <linearGradient id="fade-right">
        <stop offset="0.45" stopColor="white" />
        <stop offset="1" stopColor="black" />
      </linearGradient>
      <linearGradient id="fade-left">
        <stop offset="0" stopColor="black" />
        <stop offset="0.55" stopColor="white" />
      </linearGradient>
      <mask id="fade-end" maskContentUnits="objectBoundingBox">
        <rect width="1" height="1" fill="url(#fade-right)" />
      </mask>
      <mask id="fade-start" maskContentUnits="objectBoundingBox">
        <rect width="1" height="1" fill="url(#fade-left)" />
      </mask>
    </defs>
  );
}
