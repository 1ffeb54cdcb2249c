/** The real words of the review twin. */

/** Without an opinion, roughly by frequency. */
export const COMMON = (
  "the and a of to is br it in i this that was as for with movie but film on you are his have he be one its at all by an they from who " +
  "so like her or just about out if has what there some when up more would she which only see story time can even first make watch much " +
  "other because two people will after how then made also them than scene way into get him life were world years think had does down " +
  "where while another before again between last own part director camera music plot character role screen"
).split(" ");

/** What turns an opinion into its opposite. */
export const DENIALS = ["not", "never", "hardly", "isn't", "wasn't"];

/** What may stand between a denial and an opinion. */
export const DEGREES = ["very", "really", "quite", "particularly", "truly"];

export const PRAISE =
  "good great excellent wonderful brilliant superb funny touching clever charming moving beautiful fresh gripping convincing enjoyable".split(
    " ",
  );

export const COMPLAINTS =
  "bad awful terrible boring dull stupid weak slow predictable annoying clumsy bland empty silly disappointing unbearable".split(
    " ",
  );
