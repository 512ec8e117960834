# Copyright: Benevoclic contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations de la base."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str, str, str]] = {
    "migrations.no_way_back": (
        "Retour au schéma d'avant {version}",
        "une migration réversible et son fichier",
        "{found}",
        "restaurez une sauvegarde, ou gardez cette version : rollback.yml ne perd jamais de données sans accord",
    ),
    "migrations.name": (
        "Lecture du fichier de migration {file}",
        "un nom comme 20240815_001_add_user_preferences.py",
        "« {file} »",
        "renommez le fichier",
    ),
    "migrations.syntax": (
        "Lecture de la migration {file}",
        "du Python valide",
        "ligne {line} : {found}",
        "corrigez le fichier",
    ),
    "migrations.field": (
        "Lecture de la migration {file}",
        "{field} : {expected}",
        "{found}",
        "corrigez le fichier",
    ),
    "migrations.import": (
        "Chargement de la migration {file}",
        "un module qui se charge sans erreur",
        "{found}",
        "corrigez le fichier",
    ),
    "migrations.file_changed": (
        "Contrôle de la migration {file}",
        "le contenu qui a été planifié (SHA-256 {expected})",
        "un autre contenu (SHA-256 {found})",
        "refaites le plan, ou rétablissez le fichier",
    ),
    "migrations.changed_after": (
        "Contrôle des migrations déjà appliquées",
        "{file} tel que {version} a été appliquée (SHA-256 {expected})",
        "un fichier modifié depuis (SHA-256 {found})",
        "rétablissez le fichier ; une correction est une nouvelle migration ; ce qui ne change pas le sens se répare : docs/migrations.md",
    ),
    "migrations.deleted": (
        "Contrôle des migrations déjà appliquées",
        "le fichier de la migration {version}, appliquée : {file}",
        "aucun fichier de ce nom",
        "rétablissez le fichier ; s'il doit disparaître, réparez son enregistrement : docs/migrations.md",
    ),
    "migrations.renamed": (
        "Contrôle des migrations déjà appliquées",
        "le fichier de {version} sous le nom qu'il avait quand il a été appliqué : {expected}",
        "{found}",
        "rendez-lui son nom, ou réparez son enregistrement : docs/migrations.md",
    ),
    "migrations.reordered": (
        "Contrôle des migrations déjà appliquées",
        "{file} : les dépendances et l'ordre avec lesquels {version} a été appliquée ({expected})",
        "{found}",
        "rétablissez DEPENDENCIES ; un autre ordre demande une nouvelle migration",
    ),
    "migrations.late": (
        "Ordonnancement des migrations",
        "{file} : une version après {newest}, qui est appliquée",
        "{version}, arrivée en retard",
        "donnez-lui un numéro plus récent, ou choisissez : benevoclic_migrations_out_of_order: run ou skip",
    ),
    "migrations.target": (
        "Choix de la cible de la migration",
        "l'une de {known}",
        "« {target} »",
        "corrigez target",
    ),
    "migrations.dependency_skipped": (
        "Ordonnancement des migrations",
        "{file} : des dépendances qui passent avant elle",
        "{dependency} est arrivée en retard et laissée de côté, {version} en dépend",
        "donnez à {dependency} un numéro plus récent, ou mettez benevoclic_migrations_out_of_order: run",
    ),
    "migrations.below_baseline": (
        "Retour avant la migration {version}",
        "une migration qui a été exécutée ici",
        "un enregistrement fait sans l'exécuter ({origin})",
        "choisissez une cible à partir de {version}",
    ),
    "migrations.ahead": (
        "Passage de la migration {version} à côté de la version en service",
        "une migration que cette version supporte",
        "{file} est de la version {release} : irréversible, incompatible, ou prévue après son déploiement",
        "passez à {release} : la mise à jour l'exécute au bon moment",
    ),
    "migrations.risky": (
        "Contrôle de ce que fait la migration {version}",
        "{file}, ligne {line} : rien qui détruise des données ou doive échouer, ou ALLOWS avec la raison",
        "{rule} sur {collection}, {documents} documents concernés ({count} constat(s) en tout)",
        "corrigez la migration, ou autorisez-la : docs/migrations.md",
    ),
    "migrations.changelog": (
        "Import du journal de migrate-mongo",
        "{collection} avec les migrations appliquées, chacune avec son fileName",
        "{count} documents, ou d'autres",
        "nommez la collection : -e collection=…",
    ),
    "migrations.no_record": (
        "Réparation de l'enregistrement de la migration {version}",
        "l'une de {known}",
        "aucun enregistrement",
        "corrigez version ; une migration jamais commencée n'a pas d'enregistrement",
    ),
    "migrations.repair": (
        "Réparation de l'enregistrement de la migration {version} ({how})",
        "un fichier de cette version",
        "{found}",
        "rétablissez le fichier, ou retirez l'enregistrement : how=forget",
    ),
    "migrations.reason": (
        "Changement des enregistrements des migrations",
        "une raison, pour l'historique",
        "rien",
        'passez -e \'{{"reason": "…"}}\'',
    ),
    "migrations.new_name": (
        "Création d'une migration",
        "un nom comme add_user_preferences : minuscules, chiffres, soulignés simples, {longest} caractères au plus",
        "« {name} »",
        "make migration NAME=add_user_preferences",
    ),
    "migrations.new_exists": (
        "Création de la migration {name}",
        "un nom libre",
        "{file}",
        "choisissez un autre nom",
    ),
    "migrations.new_folder": (
        "Création d'une migration dans {path}",
        "un dossier",
        "rien",
        "réglez benevoclic_migrations_dir dans l'inventaire",
    ),
    "migrations.duplicate": (
        "Ordonnancement des migrations",
        "un seul fichier par version",
        "{version} deux fois : {files}",
        "donnez un autre numéro à l'un des deux",
    ),
    "migrations.dependency": (
        "Ordonnancement des migrations",
        "la migration {dependency}, dont {version} ({file}) dépend",
        "ni dans les fichiers ni dans la base",
        "ajoutez le fichier, ou corrigez DEPENDENCIES",
    ),
    "migrations.cycle": (
        "Ordonnancement des migrations",
        "des dépendances sans boucle",
        "une boucle : {versions} ({files})",
        "corrigez DEPENDENCIES",
    ),
    "migrations.unfinished": (
        "Migration {version}",
        "une base sans migration commencée",
        "commencée le {started_at} par {run_id} et jamais finie",
        "lancez le playbook rollback, qui la défait",
    ),
    "migrations.up_failed": (
        "Migration {version} (up)",
        "une fin sans erreur",
        "{file}, ligne {line} : {found} ; {state}",
        "corrigez la migration ; le retour arrière (down) remet la base comme avant",
    ),
    "migrations.down_failed": (
        "Retour arrière de la migration {version} (down)",
        "une fin sans erreur",
        "{file}, ligne {line} : {found} ; {state}",
        "relancez rollback.yml ; si down échoue encore, avec -e rollback_database=restore : la sauvegarde d'avant reprend la place des données",
    ),
    "migrations.verify_failed": (
        "Contrôle de la migration {version} (verify)",
        "une base conforme",
        "{file}, ligne {line} : {found} ; {state}",
        "corrigez la migration ; le retour arrière (down) remet la base comme avant",
    ),
    "migrations.irreversible": (
        "Retour arrière de la migration {version}",
        "une migration réversible",
        "REVERSIBLE = False",
        "restaurez la sauvegarde de la mise à jour",
    ),
}

TEXTS: dict[str, str] = {
    "migrations.taken_back": "migration {version} annulée",
    "migrations.applied": "migration {version} appliquée en {seconds} s : {description}",
    "migrations.pending": "migration {version} à appliquer : {description}",
    "migrations.none": "aucune migration à appliquer",
    "migrations.is_irreversible": "migration {version} irréversible : le retour arrière passe par la sauvegarde",
    "migrations.state": "base {database} : {applied} migrations appliquées, la dernière {last}, {pending} en attente",
    "migrations.left": "migration {version} laissée de côté : arrivée en retard (règle skip)",
    "migrations.to_undo": "migration {version} à annuler : {description}",
    "migrations.concern": "{file}, ligne {line} : {rule} sur {collection}, {documents} documents concernés",
    "migrations.concern_allowed": "{file}, ligne {line} : {rule} sur {collection}, {documents} documents concernés, autorisé : {reason}",
    "migrations.failed_attempt": "migration {version} ({direction}) en échec le {started_at} dans {run_id} : {error}",
    "migrations.cut_off": "migration {version} commencée le {started_at} par {run_id} et jamais terminée",
    "migrations.record_added": "migration {version} comptée comme appliquée, sans avoir été exécutée",
    "migrations.record_changed": "enregistrement de la migration {version} réparé",
    "migrations.record_removed": "enregistrement de la migration {version} retiré ; ce qu'elle a fait reste",
    "migrations.records_right": "les enregistrements sont déjà justes",
    "migrations.new_file": "{path} : écrivez up, down et verify, puis database_migration.yml --check",
    "migrations.holder": "{work} de {run_id} sur {host} tient le verrou de la base depuis {since}",
    "migrations.holder_expired": "{work} de {run_id} sur {host} tient le verrou de la base depuis {since} ; son bail est échu",
    "migrations.progress": "{work} {item} : {percent} %",
}
