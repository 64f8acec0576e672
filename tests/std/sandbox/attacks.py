"""All attacks, in one list."""

from attacks_on_files import GUARDED, READING, WRITING
from attacks_on_others import MISLEADING, PROCESSES, REACHING, RIGHTS

ATTACKS = (*READING, *WRITING, *GUARDED, *REACHING, *PROCESSES, *RIGHTS, *MISLEADING)
