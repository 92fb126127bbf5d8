<#-- META-INF/THIRD-PARTY.txt of a jar; .ci/run compares the texts that it names with those in the jar. -->
What this jar carries of others, and the text of each licence in this jar. The sources of each artifact are the one called "sources"
beside it in Maven's central repository, and at its address.

<#list dependencyMap as entry>
<#assign artifact = entry.key names = entry.value>
<#-- Who offers several licences leaves the choice to us. -->
<#assign licence = names?seq_contains("Apache-2.0")?then("Apache-2.0", names?first)>
${artifact.groupId}:${artifact.artifactId}:${artifact.version}  ${artifact.url!""}
    ${licence}: <#if licence == "Apache-2.0">META-INF/LICENSE<#elseif licence?starts_with("EPL")>META-INF/licenses/${licence}.txt<#else>META-INF/licenses/${artifact.groupId}.txt</#if>
<#-- Their poms do not tell what is inside the native libraries. -->
<#if artifact.artifactId == "openblas">
    in it OpenBLAS, BSD-3-Clause, with GotoBLAS2 and LAPACK: META-INF/licenses/OpenBLAS.txt
    in it GCC's libgfortran and libgcc_s, https://gcc.gnu.org, GPL-3.0 with an exception: META-INF/licenses/GPL-3.0.txt
        META-INF/licenses/GCC-exception-3.1.txt
    in it GCC's libquadmath, LGPL-2.1: META-INF/licenses/LGPL-2.1.txt
</#if>
<#if artifact.artifactId == "jackson-core">
    in it FastDoubleParser, MIT: META-INF/FastDoubleParser-LICENSE META-INF/FastDoubleParser-NOTICE META-INF/thirdparty-LICENSE
</#if>
</#list>
