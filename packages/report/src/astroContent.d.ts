/** The part of Astro's virtual module that is used here; a site generates the full types from its own collections. */
declare module "astro:content" {
  export function getCollection(name: string): Promise<{ id: string; data: unknown }[]>;
}
