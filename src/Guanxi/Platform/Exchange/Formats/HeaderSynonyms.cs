using System.Collections.Frozen;
using Guanxi.Platform.Language;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>
/// What the columns of other systems are called: Chinese and English lists, Outlook, Google, HubSpot and Salesforce exports, phone books.
/// Compared by <see cref="Key"/>; earlier fields win where several want the same words.
/// </summary>
static class HeaderSynonyms
{
    static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        // "customer" is the company of a contact or an activity; where the table has no such field these words mean the record's own name.
        ["customer"] = "客户|客户名称|客户名|公司|公司名称|公司名|企业|企业名称|单位|单位名称|所属客户|所属公司|工作单位|商户|店铺名称|company|company name|account|account name|customer|customer name|organization|organization name|organisation|organization 1 - name|associated company|employer",
        ["name"] = "姓名|名字|名称|全名|联系人|联系人姓名|客户姓名|称呼|name|full name|fullname|display name|contact|contact name|contact person|file as",
        ["shortName"] = "简称|客户简称|公司简称|short name|abbreviation|alias",
        ["formerName"] = "曾用名|原名|旧名称|former name|previous name",
        ["name.family"] = "姓|姓氏|last name|lastname|surname|family name",
        ["name.given"] = "名|given name|first name|firstname|forename",
        ["name.middle"] = "中间名|middle name|additional name",
        ["companyPhone"] = "公司电话|单位电话|总机|客户电话|企业电话|座机|固话|固定电话|办公电话|business phone|company main phone|main phone|work phone|company phone|office phone|account phone",
        ["companyEmail"] = "公司邮箱|企业邮箱|公司邮件|company email|account email|office email",
        ["nickname"] = "昵称|别名|nickname|nick name",
        ["kind"] = "类型|客户类型|性质|企业性质|跟进方式|沟通方式|活动类型|type|customer type|account type|activity type|kind|contact type",
        ["relationship"] = "关系|客户关系|relationship",
        ["creditCode"] = "统一社会信用代码|信用代码|社会信用代码|社会统一信用代码|纳税人识别号|税号|credit code|unified social credit code|tax id|tax number|vat number|uscc",
        ["phone"] = "手机|手机号|手机号码|移动电话|联系电话|电话|电话号码|联系方式|联系人电话|联系手机|mobile|mobile phone|mobile phone number|cell|cell phone|phone|phone number|phone 1 - value|telephone|tel|primary phone|business phone|contact number|main phone",
        ["otherPhones"] = "其他电话|座机|固定电话|固话|办公电话|公司电话|家庭电话|备用电话|电话2|手机2|联系电话2|传真|phone2|phone 2|phone 2 - value|phone 3 - value|business phone 2|home phone|home phone 2|other phone|assistant phone|fax|business fax|work phone|landline",
        ["email"] = "邮箱|电子邮箱|电子邮件|邮件|邮件地址|邮箱地址|email|e-mail|mail|email address|e-mail address|e-mail 1 - value|primary email",
        ["otherEmails"] = "其他邮箱|备用邮箱|邮箱2|email2|email 2|e-mail 2 address|e-mail 3 address|e-mail 2 - value|additional email addresses|secondary email|other email",
        ["website"] = "网址|网站|官网|公司网址|主页|website|web site|web page|url|homepage|domain|company domain name|website url|website 1 - value",
        ["industry"] = "行业|所属行业|客户行业|行业类别|industry|sector|vertical",
        ["employees"] = "员工数|员工人数|人数|公司人数|企业人数|规模|公司规模|人员规模|employees|number of employees|no of employees|employee count|company size|headcount",
        ["annualRevenue"] = "年营业额|营业额|年收入|年销售额|营收|annual revenue|revenue|turnover|yearly revenue",
        ["country"] = "国家|国家地区|国家或地区|country|country region|business country|business country region|billing country|mailing country|home country region",
        ["divisionCode"] = "行政区划代码|区划代码|地区代码|division code",
        ["province"] = "省|省份|所在省|所在省份|province|state|state region|state province|business state|billing state|billing state province|mailing state|home state",
        ["city"] = "市|城市|所在城市|所在市|地市|city|town|business city|billing city|mailing city|home city|address 1 - city|office location",
        ["district"] = "区|区县|县|县区|所在区县|district|county",
        ["street"] = "地址|详细地址|街道|街道地址|联系地址|通讯地址|公司地址|办公地址|注册地址|收货地址|address|street|street address|business street|business address|billing street|mailing street|address line 1|address 1 - street|address 1 - formatted|home street",
        ["postcode"] = "邮编|邮政编码|邮编号码|postcode|post code|zip|zip code|postal code|business postal code|billing zip postal code|mailing zip postal code|billing zip|address 1 - postal code",
        ["source"] = "来源|客户来源|线索来源|渠道来源|获客渠道|source|lead source|original source|original traffic source|customer source",
        ["level"] = "级别|客户级别|等级|客户等级|重要程度|level|rating|grade|tier|priority level",
        ["stage"] = "阶段|客户阶段|生命周期|客户状态|跟进状态|stage|lifecycle stage|lead status|customer stage",
        ["owner"] = "负责人|所有人|归属人|业务员|销售|销售员|销售代表|客户经理|跟进人|所属销售|owner|account owner|contact owner|company owner|assigned to|sales rep|salesperson|account manager|activity assigned to",
        ["tags"] = "标签|客户标签|分组|分类|类别|tags|tag|labels|label|categories|category|group membership|groups",
        ["note"] = "备注|说明|描述|附注|备注信息|note|notes|remark|remarks|comment|comments|description|memo",
        ["birthday"] = "生日|出生日期|出生年月|出生年月日|birthday|birth date|birthdate|date of birth|dob",
        ["gender"] = "性别|gender|sex",
        ["title"] = "职务|职位|岗位|头衔|job title|title|position|role|organization title|organization 1 - title|job",
        ["department"] = "部门|所在部门|department|organization department|dept|division",
        ["wechat"] = "微信|微信号|weixin|wechat|wechat id",
        ["qq"] = "qq|qq号|qq号码|im qq",
        ["contact"] = "联系人|联系人姓名|contact|contact name|related contact|name of contact",
        ["externalId"] = "编号|客户编号|客户编码|客户代码|外部编号|原系统编号|系统编号|id|external id|record id|account id|contact id|account number|customer id|customer number|uid|externalid",
        ["otherId"] = "注册号|组织机构代码|营业执照号|证照号|registration number|business licence",
        ["parent"] = "上级公司|母公司|所属集团|集团|总公司|parent|parent account|parent company",
        ["reportsTo"] = "上级|直属上级|汇报对象|reports to|manager|manager's name",
        ["decisionRole"] = "决策角色|角色|buying role|decision role",
        ["maritalStatus"] = "婚姻状况|婚姻|marital status",
        ["occupation"] = "职业|occupation|profession",
        ["interests"] = "兴趣|爱好|兴趣爱好|hobby|hobbies|interests",
        ["subject"] = "主题|标题|跟进主题|subject|activity subject|task subject",
        ["content"] = "内容|跟进内容|跟进记录|沟通内容|记录内容|content|body|full comments|call notes|details",
        ["at"] = "时间|跟进时间|跟进日期|拜访时间|联系时间|日期|activity date|date|time|start|start date|timestamp",
        ["dueAt"] = "到期时间|截止时间|截止日期|due|due date|deadline",
        ["result"] = "结果|跟进结果|result|outcome|call outcome",
        ["place"] = "地点|拜访地点|place|location",
        ["status"] = "状态|status|state of task",
        ["priority"] = "优先级|priority",
        ["createdAt"] = "创建时间|创建日期|录入时间|登记日期|建档时间|create date|created|created at|created date|created on|created time|date created",
        ["lastActivityAt"] = "最后跟进时间|最近跟进|最近跟进时间|上次联系|最后联系时间|last activity|last activity date|last contacted|last modified activity",
        ["nextContactAt"] = "下次联系|下次联系时间|下次跟进时间|下次跟进日期|next contact|next activity date|next follow up|next step date",
    };

    /// <summary>Keys of the words that stand for each field, in the order of the table.</summary>
    public static FrozenDictionary<string, string[]> Keys { get; } =
        Words.ToFrozenDictionary(entry => entry.Key, entry => entry.Value.Split('|').Select(Key).Where(key => key.Length > 0).Distinct(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal);

    /// <summary>Keys of the words that mean a mobile phone.</summary>
    public static FrozenSet<string> MobileKeys { get; } =
        "手机|手机号|手机号码|移动电话|联系手机|mobile|mobile phone|mobile phone number|cell|cell phone".Split('|').Select(Key).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>A header in the form in which it is compared: normalised, without spaces and without 必填 and the like.</summary>
    public static string Key(string header)
    {
        string key = Script.Normalize(header).Replace(" ", "");
        foreach (string mark in (ReadOnlySpan<string>)["必填", "选填", "required", "optional"])
        {
            key = key.Length > mark.Length ? key.Replace(mark, "", StringComparison.Ordinal) : key;
        }

        return key;
    }
}
