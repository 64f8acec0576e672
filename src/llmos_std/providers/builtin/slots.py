"""The slots that patterns may name, and nothing else: `{file}`, `{to:file}`, `{text:said}`."""

from collections.abc import Mapping

from llmos_std.providers.builtin import names, texts, values
from llmos_std.providers.builtin.phrases import Slot

SLOTS: Mapping[str, Slot] = {
    "file": names.file_slot,
    "newfile": names.new_file_slot,
    "words": names.words_slot,
    "names": names.names_slot,
    "its": names.its_slot,
    "files": names.files_slot,
    "result": names.result_slot,
    "name": names.name_slot,
    "folder": names.folder_slot,
    "place": names.place_slot,
    "kind": names.file_kind_slot,
    "quoted": texts.quoted_slot,
    "plain": texts.plain_slot,
    "said": texts.said_slot,
    "written": texts.written_slot,
    "listed": texts.listed_slot,
    "items": texts.items_slot,
    "term": texts.term_slot,
    "word": texts.word_slot,
    "number": values.number_slot,
    "span": values.span_slot,
    "unit": values.unit_slot,
    "flag": values.flag_slot,
    "url": values.url_slot,
    "sum": values.sum_slot,
    "command": values.command_slot,
}
