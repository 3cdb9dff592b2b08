/**
 * The names by which tables call their columns. What MIMIC-III, its successors and other corpora call
 * an id is an id here, whatever its case, blanks and underscores.
 *
 * @module
 */

/** Our name of a column → the others by which it is known. */
export type ColumnNames = Readonly<Record<string, readonly string[]>>;

const CODE = [
  "codes",
  "icd",
  "icd_code",
  "icd_codes",
  "icd9",
  "icd9_code",
  "icd9_codes",
  "icd9cm_code",
  "icd10",
  "icd10_code",
  "icd10_codes",
  "icd10cm_code",
  "icd10pcs_code",
  "dx_code",
  "px_code",
  "diagnosis_code",
  "diagnosis_codes",
  "procedure_code",
  "procedure_codes",
  "proc_code",
];

/** A note: its id, its text, and if wanted whose it is and in which split. */
export const NOTE_NAMES: ColumnNames = {
  id: [
    "hadm_id",
    "note_id",
    "document_id",
    "doc_id",
    "text_id",
    "report_id",
    "record_id",
    "case_id",
    "article_id",
    "admission_id",
    "encounter_id",
    "visit_id",
    "file_id",
    "identifier",
    "filename",
    "file",
    "uid",
    "uuid",
    "patient_unit_stay_id",
  ],
  text: [
    "note",
    "notes",
    "note_text",
    "report",
    "report_text",
    "document_text",
    "raw_text",
    "full_text",
    "content",
    "body",
    "clinical_note",
    "clinical_notes",
    "clinical_text",
    "discharge_summary",
    "transcription",
  ],
  patient: [
    "patient_id",
    "pat_id",
    "patient_num",
    "patient_no",
    "patient_number",
    "patient_identifier",
    "patient_key",
    "patient_mrn",
    "pat_mrn_id",
    "subject_id",
    "subject",
    "person_id",
    "mrn",
    "medical_record_number",
  ],
  split: ["split_name", "data_split", "partition"],
};

/** A code of a note. */
export const LABEL_NAMES: ColumnNames = {
  id: NOTE_NAMES.id!,
  code: [...CODE, "label", "labels", "target", "targets", "tags"],
};

/** A code's category. */
export const GROUP_NAMES: ColumnNames = {
  code: CODE,
  group: [
    "group_id",
    "category",
    "category_id",
    "ccs",
    "ccs_category",
    "ccs_code",
    "ccsr",
    "ccsr_category",
    "class",
    "chapter",
    "block",
    "parent",
  ],
  title: [
    "name",
    "description",
    "group_title",
    "group_name",
    "group_description",
    "category_title",
    "category_name",
    "category_description",
    "ccs_category_description",
  ],
};

/** Words for a code. */
export const TITLE_NAMES: ColumnNames = {
  code: CODE,
  title: [
    "long_title",
    "short_title",
    "name",
    "description",
    "long_description",
    "label",
    "term",
    "short_description",
    "code_description",
    "display",
  ],
};

/** Names, folded, of a column that tells systems of codes apart, such as ICD-9 and ICD-10. */
export const SYSTEM_NAMES: ReadonlySet<string> = new Set(
  [
    "icd_version",
    "code_version",
    "code_type",
    "coding_system",
    "code_system",
    "system",
    "vocabulary",
    "vocabulary_id",
  ].map(foldName),
);

/** Every name that says of a first record that it is a header, folded. */
export const KNOWN_NAMES: ReadonlySet<string> = new Set(
  [NOTE_NAMES, LABEL_NAMES, GROUP_NAMES, TITLE_NAMES].flatMap((names) =>
    Object.entries(names).flat(2).map(foldName)
  ),
);

/** A name without what tells spellings of it apart: case, blanks, underscores, points, quotes. */
export function foldName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]/gu, "");
}
