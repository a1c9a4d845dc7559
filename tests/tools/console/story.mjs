// What the node of these tests has on record before anybody looks: two providers and who works there.

// Text that would do harm where it is taken for more than text.
export const attack = `"><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}\${7*7}`;

const person = (last_name, first_name, more = {}) => ({ last_name, first_name, birth_day: "07/04", email: `${first_name}@mercy.example`.toLowerCase(), zip: "02302", ...more });
const mercy = "110012345A";
const harbor = "110067890B";

export const story = [
  { type: "publish_terms", actor: "officer:agency", terms_version: "2023-03" },
  { type: "register_provider", actor: "officer:agency", provider: mercy, kind: "provider", organization: "Mercy Health", name: "Mercy Clinic" },
  { type: "register_provider", actor: "officer:agency", provider: harbor, kind: "provider", organization: "Harbor Health", name: "Harbor Family Health" },
  { type: "assign_primary_user", actor: "officer:agency", provider: mercy, profile: person("Hughes", "Mary", { birth_day: "11/23" }), pin: "4071" },
  { type: "assign_primary_user", actor: "officer:agency", provider: harbor, profile: person("Ortega", "Alan", { email: "alan@harbor.example" }), pin: "0815" },
  ...["mhughes1", "aortega1"].map((username) => ({ type: "accept_terms", actor: "submitter:portal", username, terms_version: "2023-03" })),
  { type: "create_subordinate", actor: "mhughes1", provider: mercy, ...person("Doe", "John"), pin: "1234", services: ["view_provider_reports", "batch_file_submit_and_download"] },
  { type: "create_subordinate", actor: "mhughes1", provider: mercy, ...person("Rivera", "Ana", { birth_day: "05/30" }), pin: "7713", services: ["primary_portal_user"] },
  { type: "accept_terms", actor: "submitter:portal", username: "arivera1", terms_version: "2023-03" },
  { type: "create_subordinate", actor: "mhughes1", provider: mercy, ...person("Poe", "Jane", { birth_day: "01/19" }), pin: "1845", services: ["manage_referrals"] },
  { type: "create_subordinate", actor: "mhughes1", provider: mercy, ...person("Chen", "Lee", { birth_day: "09/01" }), pin: "1846", services: ["manage_referrals"] },
  { type: "open_review", actor: "officer:agency", review: "q4", providers: [harbor], due_at: "2100-01-01T00:00:00Z" },
  { type: "assign_reviewer", actor: "officer:agency", review: "q4", provider: harbor, reviewer: "officer:agency" },
  // One that is closed, which the node seals when it runs.
  { type: "open_review", actor: "officer:agency", review: "q3", providers: [harbor], due_at: "2100-01-01T00:00:00Z" },
  { type: "assign_reviewer", actor: "officer:agency", review: "q3", provider: harbor, reviewer: "officer:agency" },
  { type: "decide_review", actor: "officer:agency", review: "q3", items: [{ provider: harbor, username: "aortega1", decision: "ask" }], reason: "not_sure", seconds_spent: 20 },
  { type: "close_review", actor: "officer:agency", review: "q3" },
  // Who left, and was removed for it.
  { type: "create_subordinate", actor: "mhughes1", provider: mercy, ...person("Leaver", "Gil", { birth_day: "06/06" }), pin: "1850", services: ["manage_referrals"] },
  { type: "report_departure", actor: "mhughes1", provider: mercy, username: "gleaver1", left_at: "2024-02-01" },
  { type: "remove_leaver", actor: "mhughes1", username: "gleaver1" },
  // Whoever has not accepted the terms yet.
  { type: "create_subordinate", actor: "mhughes1", provider: mercy, ...person("Newman", "Nora", { birth_day: "02/02" }), pin: "1847", services: ["primary_portal_user"] },
  { type: "create_subordinate", actor: "mhughes1", provider: mercy, ...person(attack.slice(0, 60), attack.slice(0, 35), { birth_day: "03/03", email: "'onfocus='alert(1)'@{{b}}.example" }), pin: "1848", services: ["manage_referrals"], requested_by: attack.replaceAll(" ", "/"), reference: attack.replaceAll(" ", "/") },
  // More than one window of an answer has, and one tile of the log.
  ...Array.from({ length: 600 }, (_, index) => ({ type: "record_sign_in", actor: "submitter:portal", username: "jpoe1", at: new Date(Date.UTC(2024, 0, 1, 0, 0, index)).toISOString(), success: index % 10 > 0 })),
].map((command, index) => JSON.stringify({ command_id: `story-${index}`, ...command }));
