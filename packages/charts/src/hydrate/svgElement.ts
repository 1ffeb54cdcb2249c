/** An element of the chart's own kind. */
export function svgElement(chart: SVGSVGElement, name: string, attributes: Record<string, string | number>): SVGElement {
  const element = chart.ownerDocument.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
